package dev.sluice.executor.task;

import dev.sluice.executor.api.PartitionProcessor;
import dev.sluice.executor.state.RowTable;
import dev.sluice.executor.state.SnapshotRows;

/**
 * What of a partition's state goes to its buddy with each task: the rows that have changed. For the
 * processor each such copy is a snapshot that was committed at once; what has changed since the
 * last checkpoint is therefore added up here.
 *
 * <p>Used by the thread that runs the partition, and while it rests by the executor, which alone
 * knows whether everything is due.
 */
final class PartitionCopies {
  private final boolean checkpoints;

  /** Changes since the last checkpoint, and those in a checkpoint that may still be given up. */
  private RowTable changed = RowTable.ofChanges();

  private RowTable inCheckpoint;

  private SnapshotRows rows;
  private boolean full;
  private boolean wholeDue;

  /** The first copy is whole: a restored partition has rows that its buddy does not know. */
  private boolean begun;

  PartitionCopies(LocalJob job) {
    this.checkpoints = job.plan().checkpoints();
  }

  /** What the last task has changed, or everything if {@link #isFull}. */
  SnapshotRows rows() {
    return rows;
  }

  boolean isFull() {
    return full;
  }

  /** Whether the buddy needs everything before it can take changes. */
  boolean isWholeDue() {
    return wholeDue;
  }

  void wholeIsDue() {
    wholeDue = true;
  }

  /** The executor has learnt that everything has been taken. */
  void wholeIsTaken() {
    wholeDue = false;
  }

  /** A task has run. */
  void take(PartitionProcessor processor, SplitSource source) throws Exception {
    SnapshotRows taken = snapshot(processor, source, !begun);
    if (checkpoints) {
      changed.apply(taken);
    }
    rows = taken;
    full = !begun;
    begun = true;
  }

  /** Takes everything, whether a task waits for its release or not. */
  void takeWhole(PartitionProcessor processor, SplitSource source) throws Exception {
    rows = snapshot(processor, source, true);
    full = true;
    begun = true;
  }

  /** What a checkpoint needs. */
  SnapshotRows takeSnapshot(PartitionProcessor processor, SplitSource source, boolean whole)
      throws Exception {
    if (inCheckpoint != null) {
      takeBack(); // how the last one ended has not been heard yet: perhaps it was given up
    }
    SnapshotRows snapshot = whole ? snapshot(processor, source, true) : changed.toRows();
    inCheckpoint = changed;
    changed = RowTable.ofChanges();
    return snapshot;
  }

  /** A checkpoint is durable, or was given up. */
  void snapshotEnded(boolean committed) {
    if (!committed) {
      takeBack();
    }
    inCheckpoint = null;
  }

  private void takeBack() {
    inCheckpoint.apply(changed);
    changed = inCheckpoint;
  }

  private static SnapshotRows snapshot(
      PartitionProcessor processor, SplitSource source, boolean whole) throws Exception {
    SnapshotRows taken = new SnapshotRows();
    processor.snapshot(taken, whole);
    processor.snapshotCommitted(true);
    if (source != null) {
      source.put(taken, whole);
    }
    return taken;
  }
}
