package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepScope;
import dev.sluice.translation.operator.grouping.WindowGroups.Group;
import dev.sluice.translation.state.WatermarkHolds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;

/**
 * The fast twin of {@link GroupByKeyOperator}: a hash table per window, for windows that do not
 * merge and fire exactly once, when the watermark passes their end, with no late data allowed
 * ({@link GroupDefinition#isFast}). What comes out is the same, pane by pane, and so is the output
 * watermark; a property test holds the two together.
 *
 * <p>Since all groups of a window fire at once and nothing is kept afterwards, there are neither
 * timers nor pane counters. Holds matter only where the timestamp of a pane depends on its
 * elements: a hold at the end of the window never holds an input watermark that has not passed it.
 */
public final class FastGroupByKeyOperator implements Operator {
  /** For so many groups a new window makes room at once, if the last one had them. */
  private static final int MOST_EXPECTED = 1 << 14;

  private final GroupDefinition group;
  private final Reduction reduction;
  private final boolean runsUserCode;
  private final OperatorContext context;
  private final StepScope scope;

  /** Whether anybody will ask which groups have changed. */
  private final boolean takesSnapshots;

  private final BatchClock clock = new BatchClock();
  private final GroupRows rows;
  private final Coder<BoundedWindow> windowCoder;
  private final boolean windowsByEquals;
  private final TimestampCombiner timestampCombiner;
  private final WatermarkHolds holds = new WatermarkHolds();
  private final Map<Object, WindowGroups> windows = new HashMap<>();
  private final TreeMap<Long, List<WindowGroups>> byExpiry = new TreeMap<>();

  /** The window of the element before, which mostly is that of the next. */
  private WindowGroups lastWindow;

  /** How many groups the last window had that fired. */
  private int expected;

  private ElementReceiver output;

  FastGroupByKeyOperator(GroupDefinition group, OperatorContext context) {
    this.group = group;
    this.reduction = group.reduction();
    this.runsUserCode = reduction.runsUserCode();
    this.context = context;
    this.scope = context.scope();
    this.takesSnapshots = context.takesSnapshots();
    this.rows = new GroupRows(group, context.maxParallelism());
    this.windowCoder = group.windowCoder();
    this.windowsByEquals = windowCoder.consistentWithEquals();
    this.timestampCombiner = group.windowing().getTimestampCombiner();
  }

  @Override
  public void startBatch() {}

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    if (!runsUserCode) {
      add(key, element);
      return;
    }
    int outer = scope.enter();
    try {
      add(key, element);
    } finally {
      scope.leave(outer);
    }
  }

  private void add(Key arrivedKey, WindowedValue<?> element) throws Exception {
    Key key = group.isKeyed() ? arrivedKey : GroupDefinition.ONLY_KEY;
    Object value = element.getValue();
    for (BoundedWindow window : element.getWindows()) {
      if (window.maxTimestamp().getMillis() < clock.inputWatermark()) {
        context.metrics().getCounter(WindowedReducer.DROPPED_DUE_TO_LATENESS).inc();
        continue;
      }
      WindowGroups in = groupsOf(window);
      Group found = in.find(key);
      if (found == null) {
        found = new Group(in, key, group.keyOf(value), reduction.create());
        in.put(found);
      }
      found.accumulator = reduction.add(found.accumulator, group.valueOf(value));
      hold(found, element.getTimestamp());
      if (takesSnapshots) {
        in.changed(found);
      }
    }
  }

  private WindowGroups groupsOf(BoundedWindow window) throws Exception {
    if (lastWindow != null && lastWindow.isOf(window, windowsByEquals)) {
      return lastWindow;
    }
    Object identity = windowsByEquals ? window : windowCoder.structuralValue(window);
    WindowGroups found = windows.get(identity);
    if (found == null) {
      byte[] encoded = group.encode(window);
      found = new WindowGroups(window, identity, encoded, group.windowing(), expected);
      windows.put(identity, found);
      byExpiry.computeIfAbsent(found.expiry(), absent -> new ArrayList<>(1)).add(found);
    }
    lastWindow = found;
    return found;
  }

  /** Combines the timestamp of an element into the group's, unless it is behind the output. */
  private void hold(Group found, Instant timestamp) {
    if (timestampCombiner.dependsOnlyOnWindow()
        || timestamp.getMillis() < clock.outputWatermark()) {
      return;
    }
    if (found.hold == Group.NONE) {
      found.hold = timestamp.getMillis();
      holds.add(found.hold);
      return;
    }
    long combined = PaneTime.combined(timestampCombiner, found.hold, timestamp.getMillis());
    holds.move(found.hold, combined);
    found.hold = combined;
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    clock.inputWatermark(inputWatermark);
    while (!byExpiry.isEmpty() && byExpiry.firstKey() < inputWatermark) {
      List<WindowGroups> due = byExpiry.pollFirstEntry().getValue();
      Collections.sort(due);
      for (WindowGroups window : due) {
        fire(window);
      }
    }
    clock.advanceOutput(Math.min(inputWatermark, holds.min()));
  }

  private void fire(WindowGroups window) throws Exception {
    windows.remove(window.identity());
    lastWindow = null;
    expected = Math.min(window.size(), MOST_EXPECTED);
    List<BoundedWindow> inWindow = List.of(window.window());
    PaneInfo pane =
        window.end() < clock.inputWatermark()
            ? PaneInfo.ON_TIME_AND_ONLY_FIRING
            : PaneInfo.createPane(true, true, PaneInfo.Timing.EARLY, 0, -1);
    for (Group found : window.inOrder()) {
      Object result = group.output(found.decodedKey, extract(found));
      long timestamp = window.end();
      if (found.hold != Group.NONE) {
        timestamp = Math.min(found.hold, timestamp);
        holds.remove(found.hold);
      }
      rows.removed(found);
      emit(result, Instant.ofEpochMilli(timestamp), inWindow, pane);
    }
  }

  private Object extract(Group found) throws Exception {
    if (!runsUserCode) {
      return reduction.extract(found.accumulator);
    }
    int outer = scope.enter();
    try {
      return reduction.extract(found.accumulator);
    } finally {
      scope.leave(outer);
    }
  }

  private void emit(Object result, Instant timestamp, List<BoundedWindow> windows, PaneInfo pane)
      throws Exception {
    if (output == null) {
      output = context.output(0);
    }
    if (context.draining()) {
      output.accept(
          WindowedValues.builder()
              .setValue(result)
              .setTimestamp(timestamp)
              .setWindows(windows)
              .setPaneInfo(pane)
              .setCausedByDrain(CausedByDrain.CAUSED_BY_DRAIN)
              .build());
    } else {
      output.accept(result, timestamp, windows, pane);
    }
  }

  @Override
  public long outputWatermark() {
    return clock.outputWatermark();
  }

  @Override
  public void snapshot(SnapshotWriter out, boolean full) throws Exception {
    for (List<WindowGroups> expiring : byExpiry.values()) {
      Collections.sort(expiring);
    }
    rows.snapshot(out, full, byExpiry.values());
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    rows.snapshotCommitted(committed);
  }

  @Override
  public void inventory(Inventory to) {
    to.add("windows", windows.size());
    to.add("groups", windows.values().stream().mapToLong(WindowGroups::size).sum());
    to.add("group changes", rows.size());
    to.add("holds", holds.size());
  }

  @Override
  public void restore(SnapshotReader snapshot) throws Exception {
    snapshot.forEach((table, keyGroup, key, value) -> restore(rows.read(table, key, value)));
  }

  private void restore(GroupRows.Row row) throws Exception {
    WindowGroups in = groupsOf(row.window());
    Group restored = new Group(in, row.key(), row.decodedKey(), row.accumulator());
    restored.persisted = true;
    restored.hold = row.hold();
    if (restored.hold != Group.NONE) {
      holds.add(restored.hold);
    }
    in.put(restored);
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restoredOutputWatermark) {
    clock.restore(inputWatermark, restoredOutputWatermark);
  }

  @Override
  public void close() {}
}
