package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * GroupByKey: takes {@code KV<K, V>} by key and emits {@code KV<K, Iterable<V>>}, one per key and
 * pane.
 */
public final class GroupByKeySpec implements StepSpec {
  private static final long serialVersionUID = 1;

  private final GroupDefinition group;
  private final boolean fastPath;

  /**
   * A grouping.
   *
   * @param inputCoder coder of the elements
   * @param windowing windowing strategy of the input
   */
  public GroupByKeySpec(KvCoder<?, ?> inputCoder, WindowingStrategy<?, ?> windowing) {
    this(inputCoder, windowing, true);
  }

  /**
   * A grouping.
   *
   * @param inputCoder coder of the elements
   * @param windowing windowing strategy of the input
   * @param fastPath whether operators that do the same as the general one but faster may be used
   */
  @SuppressWarnings("unchecked") // the pipeline has fixed the types
  public GroupByKeySpec(
      KvCoder<?, ?> inputCoder, WindowingStrategy<?, ?> windowing, boolean fastPath) {
    this.group =
        new GroupDefinition(
            (Coder<Object>) inputCoder.getKeyCoder(),
            (WindowingStrategy<Object, BoundedWindow>) windowing,
            new Buffering((Coder<Object>) inputCoder.getValueCoder()));
    this.fastPath = fastPath;
  }

  @Override
  public Operator create(OperatorContext context) {
    return fastPath ? group.operator(context) : group.generalOperator(context);
  }
}
