package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.combine.InvertibleCombineFn;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.transforms.CombineFnBase.GlobalCombineFn;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Sum;

/** Which combine functions have an exact inverse. */
final class ExactInverse {
  /** Exact also where they overflow. */
  private static final Map<Class<?>, InvertibleCombineFn<Object>> OF_BEAM =
      Map.of(
          Count.combineFn().getClass(), ExactInverse::subtractLongs,
          Sum.ofLongs().getClass(), ExactInverse::subtractLongs,
          Sum.ofIntegers().getClass(), ExactInverse::subtractInts);

  private ExactInverse() {}

  /** The inverse of a function, if it is known or the function brings it. */
  @SuppressWarnings("unchecked") // accumulators are the function's own
  static Optional<InvertibleCombineFn<Object>> of(GlobalCombineFn<?, ?, ?> fn) {
    return fn instanceof InvertibleCombineFn<?> own
        ? Optional.of((InvertibleCombineFn<Object>) own)
        : Optional.ofNullable(OF_BEAM.get(fn.getClass()));
  }

  private static Object subtractLongs(Object accumulator, Object leaving) {
    ((long[]) accumulator)[0] -= ((long[]) leaving)[0];
    return accumulator;
  }

  private static Object subtractInts(Object accumulator, Object leaving) {
    ((int[]) accumulator)[0] -= ((int[]) leaving)[0];
    return accumulator;
  }
}
