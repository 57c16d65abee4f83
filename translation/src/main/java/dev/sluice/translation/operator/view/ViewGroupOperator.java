package dev.sluice.translation.operator.view;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import org.apache.beam.sdk.values.WindowedValue;

/** A grouping without keys that emits its newest panes again after a restore. */
final class ViewGroupOperator implements Operator {
  private final Operator grouping;
  private final PaneMemory panes;

  ViewGroupOperator(Operator grouping, PaneMemory panes) {
    this.grouping = grouping;
    this.panes = panes;
  }

  @Override
  public void startBatch() throws Exception {
    panes.emitRestored();
    grouping.startBatch();
  }

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    grouping.process(input, key, element);
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    grouping.finishBatch(inputWatermark);
    panes.forget(grouping.outputWatermark());
  }

  @Override
  public long outputWatermark() {
    return grouping.outputWatermark();
  }

  @Override
  public long nextWakeUp() {
    return grouping.nextWakeUp();
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    grouping.snapshot(rows, full);
    panes.snapshot(rows, full);
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    grouping.snapshotCommitted(committed);
    panes.snapshotCommitted(committed);
  }

  @Override
  public void inventory(Inventory to) {
    grouping.inventory(to);
    panes.inventory(to);
  }

  @Override
  public void restore(SnapshotReader rows) throws Exception {
    rows.forEach(
        (table, keyGroup, key, value) -> {
          if (table.equals(PaneMemory.TABLE)) {
            panes.restore(value);
          }
        });
    grouping.restore(
        consumer ->
            rows.forEach(
                (table, keyGroup, key, value) -> {
                  if (!table.equals(PaneMemory.TABLE)) {
                    consumer.accept(table, keyGroup, key, value);
                  }
                }));
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restoredOutputWatermark)
      throws Exception {
    grouping.restoreWatermarks(inputWatermark, restoredOutputWatermark);
  }

  @Override
  public void close() throws Exception {
    grouping.close();
  }
}
