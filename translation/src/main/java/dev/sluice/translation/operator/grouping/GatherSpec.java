package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * Groups everything that comes, without keys: takes {@code T} in one partition and emits {@code
 * Iterable<T>}, one per pane.
 */
public final class GatherSpec implements StepSpec {
  private static final long serialVersionUID = 1;

  private final GroupDefinition group;

  /**
   * A grouping without keys.
   *
   * @param elementCoder coder of the elements
   * @param windowing windowing strategy of the input
   */
  @SuppressWarnings("unchecked") // the pipeline has fixed the types
  public GatherSpec(Coder<?> elementCoder, WindowingStrategy<?, ?> windowing) {
    this.group =
        new GroupDefinition(
            null,
            (WindowingStrategy<Object, BoundedWindow>) windowing,
            new Buffering((Coder<Object>) elementCoder));
  }

  @Override
  public Operator create(OperatorContext context) {
    return group.operator(context);
  }
}
