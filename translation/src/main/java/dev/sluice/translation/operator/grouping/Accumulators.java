package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.combine.InvertibleCombineFn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Set;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.CoderUtils;

/**
 * What is done to accumulators that are used again afterwards: a combine function may change
 * whatever it is given, so it is given copies.
 */
final class Accumulators {
  private static final Set<Class<?>> IMMUTABLE =
      Set.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          String.class,
          BigInteger.class,
          BigDecimal.class);

  private final Combining combining;
  private final Coder<Object> coder;

  /** Null if nothing can be taken out. */
  private final InvertibleCombineFn<Object> inverse;

  Accumulators(Combining combining) {
    this.combining = combining;
    this.coder = combining.accumulatorCoder();
    this.inverse = ExactInverse.of(combining.combineFn().getFn()).orElse(null);
  }

  /** What the slices of a key come to while windows pass over them. */
  RunningSlices running() {
    return inverse == null ? new TwoStacks(this) : new RunningDifference(this);
  }

  /** Merges two accumulators that are not used any more. */
  Object merge(Object left, Object right) {
    return combining.merge(Arrays.asList(left, right));
  }

  /** Merges an accumulator, which stays as it is, into one that is not used any more. */
  Object add(Object accumulator, Object more) throws CoderException {
    return merge(accumulator, copy(more));
  }

  /** Takes an accumulator, which stays as it is, out of one that is not used any more. */
  Object subtract(Object accumulator, Object leaving) {
    return inverse.subtract(accumulator, leaving);
  }

  /** The result of an accumulator that is not used any more. */
  Object extract(Object accumulator) {
    return combining.extract(accumulator);
  }

  /** A copy that has nothing in common with the original that could be changed. */
  Object copy(Object accumulator) throws CoderException {
    if (accumulator instanceof long[] longs) {
      return longs.clone();
    }
    if (accumulator instanceof int[] ints) {
      return ints.clone();
    }
    if (accumulator instanceof double[] doubles) {
      return doubles.clone();
    }
    return accumulator == null || IMMUTABLE.contains(accumulator.getClass())
        ? accumulator
        : CoderUtils.clone(coder, accumulator);
  }
}
