package dev.sluice.translation.operator.grouping;

import com.google.errorprone.annotations.MustBeClosed;
import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * Groups the whole input of a bounded job, which may be many times the memory: values are sorted
 * and spilled by (key, window) until the watermark leaps to the end of time, at which every window
 * fires, once. For windows that do not merge and triggers of {@link
 * GroupDefinition#firesAtEndOfWindow}; allowed lateness does not matter here, since nothing is late
 * before the leap and nothing comes after it.
 *
 * <p>Nothing is in snapshots while values are held: a bounded job begins anew, or goes on from a
 * checkpoint before its data or after its end; a snapshot in between is refused.
 */
public final class WholeInputGroupByKeyOperator implements Operator {
  private final GroupDefinition group;
  private final OperatorContext context;
  private final Coder<BoundedWindow> windowCoder;
  private final TimestampCombiner timestampCombiner;
  private final BatchClock clock = new BatchClock();

  /** What has come and has not been given out; null if nothing. */
  private Grouping held;

  WholeInputGroupByKeyOperator(GroupDefinition group, OperatorContext context) {
    this.group = group;
    this.context = context;
    this.windowCoder = group.windowCoder();
    this.timestampCombiner = group.windowing().getTimestampCombiner();
  }

  @Override
  public void startBatch() {}

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    if (held == null) {
      held = context.grouping(new Stamped.Codec(group.reduction().valueCoder()));
    }
    byte[] encodedKey = group.isKeyed() ? key.bytes() : GroupDefinition.ONLY_KEY.bytes();
    Stamped value =
        new Stamped(group.valueOf(element.getValue()), element.getTimestamp().getMillis());
    for (BoundedWindow window : element.getWindows()) {
      if (clock.inputWatermark() > BatchClock.MIN
          && window.maxTimestamp().plus(group.windowing().getAllowedLateness()).getMillis()
              < clock.inputWatermark()) {
        context.metrics().getCounter(WindowedReducer.DROPPED_DUE_TO_LATENESS).inc();
        continue;
      }
      byte[] address = address(encodedKey, window);
      held.add(KeyGroups.hash(address), address, value);
    }
  }

  /** Key and window: both coders are in their nested form, so one can follow the other. */
  private byte[] address(byte[] encodedKey, BoundedWindow window) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream(encodedKey.length + 16);
    out.write(encodedKey);
    windowCoder.encode(window, out);
    return out.toByteArray();
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    clock.inputWatermark(inputWatermark);
    if (inputWatermark >= BatchClock.MAX && held != null) {
      try (Grouping draining = held) {
        held = null;
        draining.drain(this::fire);
      }
    }
    if (held == null) {
      clock.advanceOutput(inputWatermark);
    }
  }

  private void fire(byte[] address, Iterable<Object> stamped) throws Exception {
    ByteArrayInputStream in = new ByteArrayInputStream(address);
    Object key = group.isKeyed() ? group.keyCoder().decode(in) : null;
    BoundedWindow window = windowCoder.decode(in);
    Object result = reduce(new StampedValues(stamped));
    context
        .output(0)
        .accept(
            group.output(key, result),
            timestamp(window, stamped),
            List.of(window),
            PaneInfo.ON_TIME_AND_ONLY_FIRING);
  }

  private Object reduce(Iterable<Object> values) throws Exception {
    Reduction reduction = group.reduction();
    if (!reduction.runsUserCode()) {
      return values;
    }
    try (Closeable metrics = scoped()) {
      Object accumulator = reduction.create();
      for (Object value : values) {
        accumulator = reduction.add(accumulator, value);
      }
      return reduction.extract(accumulator);
    }
  }

  private Instant timestamp(BoundedWindow window, Iterable<Object> stamped) {
    Instant end = window.maxTimestamp();
    if (timestampCombiner.dependsOnlyOnWindow()) {
      return end;
    }
    Instant combined = null;
    for (Object value : stamped) {
      Instant timestamp = Instant.ofEpochMilli(((Stamped) value).timestamp());
      combined = combined == null ? timestamp : timestampCombiner.combine(combined, timestamp);
    }
    return combined == null || combined.isAfter(end) ? end : combined;
  }

  @Override
  public long outputWatermark() {
    return clock.outputWatermark();
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) {
    if (held != null) {
      throw new IllegalStateException(
          "step "
              + context.stepName()
              + " holds the whole input of a bounded job, which is in no checkpoint; checkpoints"
              + " are taken before or after it");
    }
  }

  @MustBeClosed
  private Closeable scoped() {
    return MetricsEnvironment.scopedMetricsContainer(context.metrics());
  }

  @Override
  public void close() {
    if (held != null) {
      held.close();
    }
  }
}
