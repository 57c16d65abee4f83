package dev.sluice.executor.coordinator;

import dev.sluice.executor.transport.ToCoordinator.SnapshotTaken;

/**
 * The checkpoint of one batch on its way: it is settled when every partition has reported and the
 * batch is committed. Waiting for all reports, also after the first that failed, sees to it that no
 * partition takes a snapshot for a checkpoint that has ended. Owned by the coordinator.
 */
final class CheckpointProgress {
  private final long batch;
  private int missing;
  private boolean batchCommitted;
  private Exception error;

  CheckpointProgress(long batch, int partitions) {
    this.batch = batch;
    this.missing = partitions;
  }

  void taken(SnapshotTaken report) {
    if (report.batch() != batch) {
      throw new IllegalStateException(
          "a snapshot of batch " + report.batch() + " for the checkpoint of batch " + batch);
    }
    missing--;
    error = error == null ? report.error() : error;
  }

  /** Nothing is waited for any more. */
  void giveUp(Exception why) {
    missing = 0;
    batchCommitted = true;
    error = why;
  }

  void committed(long upTo) {
    batchCommitted |= upTo >= batch;
  }

  boolean isSettled() {
    return missing == 0 && batchCommitted;
  }

  long batch() {
    return batch;
  }

  /** Why it cannot become durable, or null. */
  Exception error() {
    return error;
  }
}
