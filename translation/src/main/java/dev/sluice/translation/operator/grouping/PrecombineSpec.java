package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.slices.SlicedWindows;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.util.AppliedCombineFn;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * The part of a combine that runs before the shuffle: takes {@code KV<K, V>} as they come and emits
 * {@code KV<K, AccumT>}, one per key, window and batch. Only where {@link CombineLifting} allows
 * it; the shuffle leads to a {@link CombinePerKeySpec} of accumulators. Late data is dropped there,
 * accumulator by accumulator, and so counted.
 */
public final class PrecombineSpec implements StepSpec {
  private static final long serialVersionUID = 1;

  private final GroupDefinition group;

  /**
   * A precombine.
   *
   * @param inputCoder coder of the elements
   * @param combineFn the function with the coder of its accumulators
   * @param windowing windowing strategy of the input
   */
  @SuppressWarnings("unchecked") // the pipeline has fixed the types
  public PrecombineSpec(
      KvCoder<?, ?> inputCoder,
      AppliedCombineFn<?, ?, ?, ?> combineFn,
      WindowingStrategy<?, ?> windowing) {
    this.group =
        new GroupDefinition(
            (Coder<Object>) inputCoder.getKeyCoder(),
            (WindowingStrategy<Object, BoundedWindow>) windowing,
            new Combining(
                (Coder<Object>) inputCoder.getValueCoder(),
                (AppliedCombineFn<Object, Object, Object, Object>) combineFn));
  }

  /** Coder of what comes out. */
  public KvCoder<?, ?> outputCoder() {
    return KvCoder.of(group.keyCoder(), group.reduction().accumulatorCoder());
  }

  /** Whether {@link #sliced} may be used, together with {@link CombinePerKeySpec#sliced}. */
  public boolean isSliceable() {
    return CombineSlicing.isSliceable(group.windowing(), combining().combineFn().getFn());
  }

  /** The same for elements that carry slices of the sliding windows in place of them. */
  public PrecombineSpec sliced() {
    SlidingWindows windows = (SlidingWindows) (WindowFn<?, ?>) group.windowing().getWindowFn();
    return new PrecombineSpec(
        KvCoder.of(group.keyCoder(), group.reduction().valueCoder()),
        combining().combineFn(),
        group.windowing().withWindowFn(new SlicedWindows(windows)));
  }

  private Combining combining() {
    return (Combining) group.reduction();
  }

  @Override
  public Operator create(OperatorContext context) {
    return new PrecombineOperator(group, context);
  }
}
