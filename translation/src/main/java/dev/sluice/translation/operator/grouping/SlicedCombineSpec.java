package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;

/**
 * Combine.PerKey over sliding windows by slices: takes {@code KV<K, AccumT>} of a {@link
 * PrecombineSpec#sliced}, and emits what {@link CombinePerKeySpec} does.
 */
public final class SlicedCombineSpec implements StepSpec {
  private static final long serialVersionUID = 1;

  private final GroupDefinition group;
  private final Combining values;

  /**
   * @param group keys, the pipeline's windows, and the combining of accumulators
   * @param values the combining of values
   */
  SlicedCombineSpec(GroupDefinition group, Combining values) {
    this.group = group;
    this.values = values;
  }

  @Override
  public Operator create(OperatorContext context) {
    return new SlicedCombineOperator(group, values, context);
  }
}
