package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepScope;
import dev.sluice.translation.operator.slices.SliceWindow;
import dev.sluice.translation.operator.slices.Slices;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;

/**
 * Combines over sliding windows by slices, for what {@link CombineSlicing} allows: the twin of
 * {@link FastGroupByKeyOperator}, whose table has one entry per key and window where this one has
 * one per key and slice. A property test holds it together with the general operator.
 *
 * <p>Keys are put down for the next window in which they have something ({@link #due}). When the
 * watermark passes the end of a window, its keys get a pane each and are put down for their next,
 * so that neither windows nor keys without elements cost anything, however far the watermark jumps.
 *
 * <p>Elements may also come in windows instead of slices: in one of the sliding windows, which is
 * then kept beside the slices; or in others, which user code has made up or which end with time
 * itself: these go to a fast twin of their own.
 */
public final class SlicedCombineOperator implements Operator {
  private final GroupDefinition group;
  private final Slices slices;
  private final Accumulators accumulators;
  private final OperatorContext context;
  private final StepScope scope;
  private final BatchClock clock = new BatchClock();
  private final SliceRows rows;
  private final GroupRows windowRows;
  private final FastGroupByKeyOperator otherWindows;
  private final Map<Key, KeySlices> keys = new HashMap<>();

  /** Keys by the next window they fire in; one that has moved is passed over where it was. */
  private final TreeMap<Long, List<KeySlices>> due = new TreeMap<>();

  private long lastDue = KeySlices.NONE;
  private List<KeySlices> lastDueKeys;

  /** The first window that has not fired. */
  private long firstOpen;

  private ElementReceiver output;

  SlicedCombineOperator(GroupDefinition group, Combining values, OperatorContext context) {
    this.group = group;
    this.slices = Slices.of((SlidingWindows) (Object) group.windowing().getWindowFn());
    this.accumulators = new Accumulators(values);
    this.context = context;
    this.scope = context.scope();
    this.rows = new SliceRows(group, slices, context.maxParallelism(), context.takesSnapshots());
    this.windowRows = new GroupRows(group, context.maxParallelism());
    this.otherWindows = new FastGroupByKeyOperator(group, context);
    this.firstOpen = slices.firstOpen(clock.inputWatermark());
  }

  @Override
  public void startBatch() throws Exception {
    otherWindows.startBatch();
  }

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    for (BoundedWindow window : element.getWindows()) {
      if (window instanceof SliceWindow slice) {
        addToSlice(key, element.getValue(), slice.begin());
      } else if (slices.contain(window)) {
        addToWindow(key, element.getValue(), window.maxTimestamp().getMillis() + 1 - slices.size());
      } else {
        otherWindows.process(
            input,
            key,
            WindowedValues.of(
                element.getValue(), element.getTimestamp(), window, element.getPaneInfo()));
      }
    }
  }

  private void addToSlice(Key key, Object value, long begin) throws Exception {
    long late = slices.windowsBefore(firstOpen, begin);
    if (late > 0) {
      context.metrics().getCounter(WindowedReducer.DROPPED_DUE_TO_LATENESS).inc(late);
    }
    if (slices.lastWindow(begin) < firstOpen) {
      return;
    }
    KeySlices of = slicesOf(key, value);
    int outer = scope.enter();
    try {
      rows.changed(of.addToSlice(begin, group.valueOf(value), accumulators));
    } finally {
      scope.leave(outer);
    }
    putDown(of, Math.max(firstOpen, slices.firstWindow(begin)));
  }

  private void addToWindow(Key key, Object value, long begin) {
    if (begin < firstOpen) {
      context.metrics().getCounter(WindowedReducer.DROPPED_DUE_TO_LATENESS).inc();
      return;
    }
    KeySlices of = slicesOf(key, value);
    int outer = scope.enter();
    try {
      rows.changed(of.addToWindow(begin, group.valueOf(value), accumulators));
    } finally {
      scope.leave(outer);
    }
    putDown(of, begin);
  }

  private KeySlices slicesOf(Key key, Object value) {
    KeySlices found = keys.get(key);
    if (found == null) {
      found = new KeySlices(key, group.keyOf(value), accumulators.running());
      keys.put(key, found);
    }
    return found;
  }

  /** Has the key fire in a window, unless it does in an earlier one. */
  private void putDown(KeySlices key, long window) {
    if (window >= key.next) {
      return;
    }
    key.next = window;
    if (lastDue != window) {
      lastDueKeys = due.computeIfAbsent(window, absent -> new ArrayList<>());
      lastDue = window;
    }
    lastDueKeys.add(key);
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    clock.inputWatermark(inputWatermark);
    firstOpen = slices.firstOpen(inputWatermark);
    while (!due.isEmpty() && due.firstKey() < firstOpen) {
      Map.Entry<Long, List<KeySlices>> first = due.pollFirstEntry();
      lastDue = KeySlices.NONE;
      fire(first.getKey(), first.getValue());
    }
    otherWindows.finishBatch(inputWatermark);
    clock.advanceOutput(Math.min(inputWatermark, otherWindows.outputWatermark()));
  }

  private void fire(long window, List<KeySlices> listed) throws Exception {
    Collections.sort(listed);
    List<BoundedWindow> in = List.of(slices.window(window));
    Instant timestamp = Instant.ofEpochMilli(slices.maxTimestamp(window));
    for (Object result : results(window, listed)) {
      emit(result, timestamp, in);
    }
  }

  /** The panes of a window, whose keys are put down for their next ones. */
  private List<Object> results(long window, List<KeySlices> listed) throws Exception {
    List<Object> results = new ArrayList<>(listed.size());
    List<SlicePart> gone = new ArrayList<>();
    int outer = scope.enter();
    try {
      for (KeySlices key : listed) {
        if (key.next == window) { // or it has moved, or is listed twice
          results.add(group.output(key.decodedKey, result(key, window)));
          pass(key, window, gone);
        }
      }
    } finally {
      scope.leave(outer);
    }
    gone.forEach(rows::removed);
    return results;
  }

  private Object result(KeySlices key, long window) throws Exception {
    try {
      return accumulators.extract(key.sum(window, slices, accumulators));
    } catch (Exception | Error e) {
      FailedStep.noteKey(e, context.stepName(), "a pane", key.decodedKey);
      throw e;
    }
  }

  private void pass(KeySlices key, long window, List<SlicePart> gone) throws Exception {
    key.pass(window, slices, gone);
    long next = key.next;
    if (next == KeySlices.NONE) {
      keys.remove(key.key);
    } else {
      key.next = KeySlices.NONE;
      putDown(key, next);
    }
  }

  private void emit(Object result, Instant timestamp, List<BoundedWindow> in) throws Exception {
    if (output == null) {
      output = context.output(0);
    }
    if (context.draining()) {
      output.accept(
          WindowedValues.builder()
              .setValue(result)
              .setTimestamp(timestamp)
              .setWindows(in)
              .setPaneInfo(PaneInfo.ON_TIME_AND_ONLY_FIRING)
              .setCausedByDrain(CausedByDrain.CAUSED_BY_DRAIN)
              .build());
    } else {
      output.accept(result, timestamp, in, PaneInfo.ON_TIME_AND_ONLY_FIRING);
    }
  }

  @Override
  public long outputWatermark() {
    return clock.outputWatermark();
  }

  @Override
  public void snapshot(SnapshotWriter out, boolean full) throws Exception {
    rows.snapshot(out, full, keys.values());
    otherWindows.snapshot(out, full);
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    rows.snapshotCommitted(committed);
    otherWindows.snapshotCommitted(committed);
  }

  @Override
  public void inventory(Inventory to) {
    to.add("keys", keys.size());
    to.add("slices", keys.values().stream().mapToLong(KeySlices::size).sum());
    to.add("slice changes", rows.size());
    otherWindows.inventory(to);
  }

  @Override
  public void restore(SnapshotReader snapshot) throws Exception {
    snapshot.forEach(
        (table, keyGroup, key, value) -> {
          if (table.equals(SliceRows.TABLE)) {
            SliceRows.Row row = rows.read(key, value);
            KeySlices of = restored(row.key(), row.decodedKey());
            of.addToSlice(row.begin(), row.accumulator(), accumulators).persisted = true;
          } else {
            restoreWindow(windowRows.read(table, key, value));
          }
        });
    otherWindows.restore(
        others ->
            snapshot.forEach(
                (table, keyGroup, key, value) -> {
                  if (!table.equals(SliceRows.TABLE)
                      && !slices.contain(windowRows.read(table, key, value).window())) {
                    others.accept(table, keyGroup, key, value);
                  }
                }));
  }

  private void restoreWindow(GroupRows.Row row) {
    if (slices.contain(row.window())) {
      long begin = row.window().maxTimestamp().getMillis() + 1 - slices.size();
      KeySlices of = restored(row.key(), row.decodedKey());
      of.addToWindow(begin, row.accumulator(), accumulators).persisted = true;
    }
  }

  private KeySlices restored(Key key, Object decodedKey) {
    return keys.computeIfAbsent(
        key, absent -> new KeySlices(key, decodedKey, accumulators.running()));
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restoredOutputWatermark) {
    clock.restore(inputWatermark, restoredOutputWatermark);
    otherWindows.restoreWatermarks(inputWatermark, restoredOutputWatermark);
    firstOpen = slices.firstOpen(inputWatermark);
    for (KeySlices key : keys.values()) {
      putDown(key, key.nextFrom(firstOpen, slices));
    }
  }

  @Override
  public void close() {
    otherWindows.close();
  }
}
