package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Groups by key with any windowing and trigger, by Beam's {@code ReduceFnRunner}. Elements are kept
 * until the end of the batch, so that each key is reduced once per batch: windows merge once, and
 * triggers look at the batch as a whole.
 */
public final class GroupByKeyOperator implements Operator {
  private final GroupDefinition group;
  private final OperatorContext context;
  private final BatchClock clock = new BatchClock();
  private final WindowedReducer reducer;
  private final Map<Key, Arrivals> arrivals = new HashMap<>();

  GroupByKeyOperator(GroupDefinition group, OperatorContext context) {
    this.group = group;
    this.context = context;
    this.reducer = new WindowedReducer(group, context, clock);
  }

  @Override
  public void startBatch() {}

  @Override
  public void process(int input, Key key, WindowedValue<?> element) {
    Object value = element.getValue();
    Arrivals ofKey = arrivals.get(group.isKeyed() ? key : GroupDefinition.ONLY_KEY);
    if (ofKey == null) {
      ofKey = new Arrivals(group.keyOf(value), new ArrayList<>(2));
      arrivals.put(group.isKeyed() ? key : GroupDefinition.ONLY_KEY, ofKey);
    }
    ofKey.values().add(element.withValue(group.valueOf(value)));
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    clock.processingTime(context.processingTime());
    if (!arrivals.isEmpty()) {
      for (Map.Entry<Key, Arrivals> entry : new TreeMap<>(arrivals).entrySet()) {
        reducer.reduce(entry.getKey(), entry.getValue().key(), entry.getValue().values());
      }
      arrivals.clear();
    }
    reducer.fireProcessingTime();
    clock.inputWatermark(inputWatermark);
    reducer.fireEventTime();
    clock.advanceOutput(Math.min(inputWatermark, reducer.minHold()));
    reducer.state().sweep();
  }

  @Override
  public long outputWatermark() {
    return clock.outputWatermark();
  }

  @Override
  public long nextWakeUp() {
    return reducer.timers().nextWakeUp();
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    reducer.state().snapshot(rows, full);
    reducer.timers().snapshot(rows, full);
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    reducer.state().snapshotCommitted(committed);
    reducer.timers().snapshotCommitted(committed);
  }

  @Override
  public void inventory(Inventory to) {
    reducer.state().inventory(to);
    reducer.timers().inventory(to);
  }

  @Override
  public void restore(SnapshotReader rows) throws Exception {
    rows.forEach(
        (table, keyGroup, key, value) -> {
          if (!reducer.timers().restoreRow(table, keyGroup, key, value)
              && !reducer.state().restoreRow(table, keyGroup, key, value)) {
            throw new IOException(
                "a snapshot's table " + table + " is not one of step " + context.stepName());
          }
        });
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restoredOutputWatermark) {
    clock.restore(inputWatermark, restoredOutputWatermark);
  }

  @Override
  public void close() {}

  /** What came for a key in the batch. */
  private record Arrivals(Object key, List<WindowedValue<Object>> values) {}
}
