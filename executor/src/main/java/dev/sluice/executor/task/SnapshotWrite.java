package dev.sluice.executor.task;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.state.SnapshotRows;

/** Writes the snapshot of one partition, beside the tasks of the partition. */
final class SnapshotWrite extends Unit {
  private final Snapshots snapshots;
  private final BatchDescriptor marked;
  private final int stage;
  private final int partition;
  private final SnapshotRows rows;
  private final boolean full;
  private Exception error;

  SnapshotWrite(PartitionSlot slot, BatchDescriptor marked, SnapshotRows rows, boolean full) {
    super(slot.job, slot.stage().id());
    this.snapshots = slot.job.snapshots();
    this.marked = marked;
    this.stage = slot.stage().id();
    this.partition = slot.partition();
    this.rows = rows;
    this.full = full;
    urgency(marked.batch());
  }

  @Override
  void work() {
    try {
      job.checkCancelled();
      if (job.isCheckpointGivenUp(marked.batch())) {
        return; // nobody waits for it
      }
      snapshots.write(marked, stage, partition, rows, full);
    } catch (Exception e) {
      error = e; // costs the checkpoint, not the job
    }
  }

  /** Why it was not written, or null. */
  Exception error() {
    return error;
  }
}
