package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.AppliedCombineFn;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * Combine.PerKey without side inputs: takes {@code KV<K, V>} by key, or {@code KV<K, AccumT>} of a
 * {@link PrecombineSpec}, and emits {@code KV<K, OutputT>}, one per key and pane.
 */
public final class CombinePerKeySpec implements StepSpec {
  private static final long serialVersionUID = 1;

  private final GroupDefinition group;
  private final Combining values;
  private final boolean fastPath;

  /**
   * A combine.
   *
   * @param inputCoder coder of the pipeline's elements, also if accumulators come in
   * @param combineFn the function with the coder of its accumulators
   * @param windowing windowing strategy of the input
   * @param input what comes in; accumulators only of a plain {@code CombineFn}
   * @param fastPath whether operators that do the same as the general one but faster may be used
   */
  @SuppressWarnings("unchecked") // the pipeline has fixed the types
  public CombinePerKeySpec(
      KvCoder<?, ?> inputCoder,
      AppliedCombineFn<?, ?, ?, ?> combineFn,
      WindowingStrategy<?, ?> windowing,
      CombineInput input,
      boolean fastPath) {
    this.values =
        new Combining(
            (Coder<Object>) inputCoder.getValueCoder(),
            (AppliedCombineFn<Object, Object, Object, Object>) combineFn);
    this.group =
        new GroupDefinition(
            (Coder<Object>) inputCoder.getKeyCoder(),
            (WindowingStrategy<Object, BoundedWindow>) windowing,
            switch (input) {
              case VALUES -> values;
              case ACCUMULATORS -> values.ofAccumulators();
            });
    this.fastPath = fastPath;
  }

  /** The same for accumulators of {@link PrecombineSpec#sliced}. */
  public SlicedCombineSpec sliced() {
    return new SlicedCombineSpec(group, values);
  }

  @Override
  public Operator create(OperatorContext context) {
    return fastPath ? group.operator(context) : group.generalOperator(context);
  }
}
