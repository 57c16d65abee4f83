package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Instant;

/** Drives a stateful ParDo over {@code KV<String, Long>}, whose values double as timestamps. */
final class KeyedHarness {
  static final KvCoder<String, Long> CODER = KvCoder.of(StringUtf8Coder.of(), VarLongCoder.of());

  final FakeOperatorContext context;
  final Operator operator;
  private final WindowingStrategy<?, ?> windowing;

  KeyedHarness(DoFn<KV<String, Long>, String> fn, WindowingStrategy<?, ?> windowing)
      throws Exception {
    this(fn, windowing, List.of());
  }

  KeyedHarness(
      DoFn<KV<String, Long>, String> fn,
      WindowingStrategy<?, ?> windowing,
      List<PCollectionView<?>> views)
      throws Exception {
    this(new FakeOperatorContext("stateful"), fn, windowing, views);
  }

  KeyedHarness(
      FakeOperatorContext context,
      DoFn<KV<String, Long>, String> fn,
      WindowingStrategy<?, ?> windowing,
      List<PCollectionView<?>> views)
      throws Exception {
    this.context = context;
    this.windowing = windowing;
    this.operator = ParDoSpecs.of(fn, CODER, windowing, views).create(context);
  }

  /** Starts a batch; time does not move. */
  KeyedHarness start() throws Exception {
    context.nextBatch();
    operator.startBatch();
    return this;
  }

  /** An element whose timestamp is its value. */
  KeyedHarness element(String key, long timestamp) throws Exception {
    WindowedValue<KV<String, Long>> element = windowed(KV.of(key, timestamp), timestamp);
    operator.process(0, Key.encode(StringUtf8Coder.of(), key), element);
    return this;
  }

  /** Ends the batch. */
  KeyedHarness finish(long watermark) throws Exception {
    operator.finishBatch(watermark);
    return this;
  }

  /** A batch without elements. */
  KeyedHarness advance(long watermark) throws Exception {
    return start().finish(watermark);
  }

  /** A batch without elements at a processing time. */
  KeyedHarness advance(long watermark, long processingTime) throws Exception {
    context.setProcessingTime(processingTime);
    return advance(watermark);
  }

  /** The values emitted since the last call. */
  List<Object> taken() {
    List<Object> values = context.values(0);
    context.take(0);
    return values;
  }

  long outputWatermark() {
    return operator.outputWatermark();
  }

  /** Everything the operator keeps. */
  FakeSnapshot snapshot() throws Exception {
    FakeSnapshot snapshot = new FakeSnapshot();
    operator.snapshot(snapshot, true);
    return snapshot;
  }

  private <T> WindowedValue<T> windowed(T value, long timestamp) throws Exception {
    return WindowedValues.of(
        value,
        new Instant(timestamp),
        assign(windowing.getWindowFn(), timestamp),
        PaneInfo.NO_FIRING);
  }

  @SuppressWarnings("unchecked") // window functions of the tests look at nothing but timestamps
  private static <W extends BoundedWindow> Collection<W> assign(
      WindowFn<?, W> windowFn, long timestamp) throws Exception {
    WindowFn<Object, W> erased = (WindowFn<Object, W>) windowFn;
    return erased.assignWindows(
        erased.new AssignContext() {
          @Override
          public Object element() {
            throw new UnsupportedOperationException();
          }

          @Override
          public Instant timestamp() {
            return new Instant(timestamp);
          }

          @Override
          public BoundedWindow window() {
            return GlobalWindow.INSTANCE;
          }
        });
  }
}
