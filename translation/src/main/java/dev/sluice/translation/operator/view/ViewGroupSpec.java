package dev.sluice.translation.operator.view;

import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.grouping.GatherSpec;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * Makes panes of a view's collection: takes {@code T}, all in one partition, and emits {@code
 * Iterable<T>}, one per pane of the collection's own windowing and trigger. What comes out is
 * folded by {@link ViewMaterialization}.
 */
public final class ViewGroupSpec implements StepSpec {
  private static final long serialVersionUID = 1;

  private final Coder<?> elementCoder;
  private final WindowingStrategy<?, ?> windowing;

  /**
   * A view's grouping.
   *
   * @param elementCoder coder of the elements
   * @param windowing windowing strategy of the collection
   */
  public ViewGroupSpec(Coder<?> elementCoder, WindowingStrategy<?, ?> windowing) {
    this.elementCoder = elementCoder;
    this.windowing = windowing;
  }

  @Override
  public Operator create(OperatorContext context) throws Exception {
    PaneMemory panes = new PaneMemory(elementCoder, windowing, context);
    return new ViewGroupOperator(
        new GatherSpec(elementCoder, windowing).create(panes.remembering()), panes);
  }
}
