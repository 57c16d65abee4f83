package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.Inventory;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.DirectOperator;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.KeyedReceiver;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepScope;
import dev.sluice.translation.operator.grouping.PartialTable.Partial;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;

/**
 * Combines what one batch of one partition brings, in a table per window that is flushed before the
 * watermark moves, or when it has grown large. Keys are looked up by Java equality where their
 * coder says that this is the same as equality of encodings. A key is encoded after the table, and
 * once only as long as it is remembered ({@link PartialTable}).
 */
final class PrecombineOperator implements DirectOperator {
  static final int MAX_PARTIALS = 1 << 16;

  /** How many of these tables may be full at a time, roughly: one per task that runs. */
  private static final int TABLES = 4;

  /** How many tables are kept for the next batch, which mostly is in one or two windows. */
  private static final int SPARE = 2;

  /** What keys that are kept may take of the memory that a table may take. */
  private static final double KEPT = 0.25;

  private final Reduction reduction;
  private final Coder<Object> keyCoder;
  private final boolean keysByEquals;
  private final StepScope scope;
  private final Coder<BoundedWindow> windowCoder;
  private final boolean windowsByEquals;
  private final TimestampCombiner timestampCombiner;
  private final OperatorContext context;
  private final TableSize size;

  /** In the order of arrival, which is the order of emission. */
  private final Map<Object, PartialTable> windows = new LinkedHashMap<>();

  /** Tables that had a window before; the last one is used next. */
  private final Deque<PartialTable> spare = new ArrayDeque<>();

  private PartialTable last;
  private int partials;
  private ElementReceiver output;

  /** The same where keys leave the stage as they are encoded here; otherwise null. */
  private KeyedReceiver keyedOutput;

  private long outputWatermark = BeamTime.MIN;

  PrecombineOperator(GroupDefinition group, OperatorContext context) {
    this.reduction = group.reduction();
    this.keyCoder = group.keyCoder();
    this.keysByEquals = keyCoder.consistentWithEquals();
    this.windowCoder = group.windowCoder();
    this.windowsByEquals = windowCoder.consistentWithEquals();
    this.timestampCombiner = group.windowing().getTimestampCombiner();
    this.context = context;
    this.scope = context.scope();
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
    int outer = scope.enter();
    try {
      for (BoundedWindow window : inWindows) {
        full |= add(window, identity, kv, timestamp.getMillis());
      }
    } finally {
      scope.leave(outer);
    }
    if (full || partials >= MAX_PARTIALS) {
      flush();
    }
  }

  private boolean add(BoundedWindow window, Object identity, KV<?, ?> kv, long timestamp) {
    PartialTable table = tableOf(window);
    Partial partial = table.of(identity, kv.getKey());
    if (!partial.isLive()) {
      long first = PaneTime.first(timestampCombiner, window, timestamp);
      table.enliven(partial, reduction.create(), first);
      partials++;
    }
    partial.accumulator(reduction.add(partial.accumulator(), kv.getValue()));
    partial.timestamp(PaneTime.combined(timestampCombiner, partial.timestamp(), timestamp));
    return size.exceeds(partials, partial.decodedKey(), partial.accumulator());
  }

  private PartialTable tableOf(BoundedWindow window) {
    PartialTable before = last;
    if (before != null && before.isOf(window, windowsByEquals)) {
      return before;
    }
    Object of = windowsByEquals ? window : windowCoder.structuralValue(window);
    PartialTable table = windows.get(of);
    if (table == null) {
      table = spare.isEmpty() ? new PartialTable() : spare.pollLast();
      table.begin(window);
      windows.put(of, table);
    }
    last = table;
    return table;
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    flush();
    outputWatermark = inputWatermark;
    if (inputWatermark >= BeamTime.MAX) {
      spare.clear();
    }
  }

  private void flush() throws Exception {
    if (partials == 0) {
      return;
    }
    if (output == null) {
      output = context.output(0);
      keyedOutput =
          output instanceof KeyedReceiver keyed && keyed.keyCoder().equals(keyCoder) ? keyed : null;
    }
    for (PartialTable table : windows.values()) {
      emit(table);
    }
    int mostKeys = size.entriesIn(KEPT);
    for (PartialTable table : windows.values()) {
      table.flushed(mostKeys);
      if (spare.size() < SPARE && table.keys() > 0) {
        spare.addLast(table);
      }
    }
    windows.clear();
    last = null;
    partials = 0;
    size.emptied();
  }

  private void emit(PartialTable table) throws Exception {
    List<BoundedWindow> window = List.of(table.window());
    Instant timestamp = Instant.EPOCH;
    for (int i = 0; i < table.size(); i++) {
      Partial partial = table.get(i);
      if (partial.timestamp() != timestamp.getMillis()) {
        timestamp = Instant.ofEpochMilli(partial.timestamp());
      }
      KV<?, ?> kv = KV.of(partial.decodedKey(), compacted(partial.accumulator()));
      if (keyedOutput == null) {
        output.accept(kv, timestamp, window, PaneInfo.NO_FIRING);
        continue;
      }
      if (partial.encoded() == null) {
        partial.encoded(Key.encode(keyCoder, partial.decodedKey()));
      }
      keyedOutput.accept(
          partial.encoded(), WindowedValues.of(kv, timestamp, window, PaneInfo.NO_FIRING));
    }
  }

  private Object compacted(Object accumulator) {
    int outer = scope.enter();
    try {
      return reduction.compact(accumulator);
    } finally {
      scope.leave(outer);
    }
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
  public void inventory(Inventory to) {
    to.add("known keys", spare.stream().mapToLong(PartialTable::keys).sum());
  }

  @Override
  public void close() {}
}
