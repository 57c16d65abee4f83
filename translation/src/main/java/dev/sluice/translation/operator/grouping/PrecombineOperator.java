package dev.sluice.translation.operator.grouping;

import com.google.errorprone.annotations.MustBeClosed;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.DirectOperator;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.OperatorContext;
import java.io.Closeable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * Combines what one batch of one partition brings, in a table per window that is flushed before the
 * watermark moves, or when it has grown large. Keys are looked up by Java equality where their
 * coder says that this is the same as equality of encodings, so that a key is encoded once per
 * batch, after the table.
 */
final class PrecombineOperator implements DirectOperator {
  static final int MAX_PARTIALS = 1 << 16;

  /** How many of these tables may be full at a time, roughly: one per task that runs. */
  private static final int TABLES = 4;

  private final Reduction reduction;
  private final Coder<Object> keyCoder;
  private final boolean keysByEquals;
  private final Coder<BoundedWindow> windowCoder;
  private final boolean windowsByEquals;
  private final TimestampCombiner timestampCombiner;
  private final OperatorContext context;
  private final TableSize size;

  /** In the order of arrival, which is the order of emission. */
  private final Map<Object, InWindow> windows = new LinkedHashMap<>();

  private InWindow last;
  private int partials;
  private ElementReceiver output;
  private long outputWatermark = BeamTime.MIN;

  PrecombineOperator(GroupDefinition group, OperatorContext context) {
    this.reduction = group.reduction();
    this.keyCoder = group.keyCoder();
    this.keysByEquals = keyCoder.consistentWithEquals();
    this.windowCoder = group.windowCoder();
    this.windowsByEquals = windowCoder.consistentWithEquals();
    this.timestampCombiner = group.windowing().getTimestampCombiner();
    this.context = context;
    this.size = new TableSize(group, context, TABLES);
  }

  @Override
  public void startBatch() {}

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    process(
        element.getValue(), element.getTimestamp(), element.getWindows(), element.getPaneInfo());
  }

  @Override
  public void process(
      Object value, Instant timestamp, Collection<? extends BoundedWindow> inWindows, PaneInfo pane)
      throws Exception {
    KV<?, ?> kv = (KV<?, ?>) value;
    Object identity = keysByEquals ? kv.getKey() : keyCoder.structuralValue(kv.getKey());
    boolean full = false;
    try (Closeable metrics = scoped()) {
      for (BoundedWindow window : inWindows) {
        Partial partial = partial(window, identity, kv.getKey(), timestamp);
        partial.accumulator = reduction.add(partial.accumulator, kv.getValue());
        partial.timestamp =
            PaneTime.combined(timestampCombiner, partial.timestamp, timestamp.getMillis());
        full |= size.exceeds(partials, partial.key, partial.accumulator);
      }
    }
    if (full || partials >= MAX_PARTIALS) {
      flush();
    }
  }

  private Partial partial(BoundedWindow window, Object identity, Object key, Instant timestamp) {
    if (last == null || !windowsByEquals || !last.window.equals(window)) {
      Object of = windowsByEquals ? window : windowCoder.structuralValue(window);
      last = windows.computeIfAbsent(of, absent -> new InWindow(window));
    }
    Partial found = last.byKey.get(identity);
    if (found == null) {
      found = new Partial(key, reduction.create());
      found.timestamp = PaneTime.first(timestampCombiner, window, timestamp.getMillis());
      last.byKey.put(identity, found);
      partials++;
    }
    return found;
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    flush();
    outputWatermark = inputWatermark;
  }

  private void flush() throws Exception {
    if (partials == 0) {
      return;
    }
    if (output == null) {
      output = context.output(0);
    }
    for (InWindow in : windows.values()) {
      List<BoundedWindow> window = List.of(in.window);
      for (Partial partial : in.byKey.values()) {
        output.accept(
            KV.of(partial.key, compacted(partial.accumulator)),
            Instant.ofEpochMilli(partial.timestamp),
            window,
            PaneInfo.NO_FIRING);
      }
    }
    windows.clear();
    last = null;
    partials = 0;
    size.emptied();
  }

  private Object compacted(Object accumulator) throws Exception {
    try (Closeable metrics = scoped()) {
      return reduction.compact(accumulator);
    }
  }

  @MustBeClosed
  private Closeable scoped() {
    return context.scope().open();
  }

  @Override
  public long outputWatermark() {
    return outputWatermark;
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restoredOutputWatermark) {
    outputWatermark = restoredOutputWatermark;
  }

  @Override
  public void close() {}

  private static final class InWindow {
    private final BoundedWindow window;
    private final Map<Object, Partial> byKey = new LinkedHashMap<>();

    InWindow(BoundedWindow window) {
      this.window = window;
    }
  }

  private static final class Partial {
    private final Object key;
    private Object accumulator;
    private long timestamp;

    Partial(Object key, Object accumulator) {
      this.key = key;
      this.accumulator = accumulator;
    }
  }
}
