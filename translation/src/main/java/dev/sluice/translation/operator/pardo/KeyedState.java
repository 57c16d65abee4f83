package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.state.StepState;
import dev.sluice.translation.state.StepTimers;
import java.io.IOException;

/** All that a stateful step keeps from batch to batch. One thread. */
record KeyedState(StepState state, StepTimers timers, Pushback pushback) {
  /** The least timestamp at which something may still be emitted, apart from new input. */
  long minHold() {
    return Math.min(pushback.minTimestamp(), Math.min(state.minHold(), timers.minHold()));
  }

  void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    state.snapshot(rows, full);
    timers.snapshot(rows, full);
    pushback.snapshot(rows, full);
  }

  void inventory(Inventory to) {
    state.inventory(to);
    timers.inventory(to);
    pushback.inventory(to);
  }

  void snapshotCommitted(boolean committed) {
    state.snapshotCommitted(committed);
    timers.snapshotCommitted(committed);
    pushback.snapshotCommitted(committed);
  }

  void restore(SnapshotReader rows) throws Exception {
    rows.forEach(this::restoreRow);
  }

  private void restoreRow(String table, int keyGroup, byte[] key, byte[] value) throws Exception {
    if (table.equals(Pushback.TABLE)) {
      pushback.restoreRow(keyGroup, key, value);
    } else if (!state.restoreRow(table, keyGroup, key, value)
        && !timers.restoreRow(table, keyGroup, key, value)) {
      throw new IOException("a stateful ParDo has no table '" + table + "'");
    }
  }
}
