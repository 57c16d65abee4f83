package dev.sluice.executor.transport;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.state.SnapshotObject;
import java.util.List;

/** What the coordinator is told. */
public sealed interface ToCoordinator extends Message {
  /** All partitions of an executor have their processor. */
  record JobStarted(String jobId, int executor) implements ToCoordinator {}

  /** Something threw; the job cannot go on. */
  record JobFailed(String jobId, TaskFailure failure) implements ToCoordinator {}

  /** All processors of an executor are closed, and nothing of the job runs there any more. */
  record JobStopped(String jobId, int executor) implements ToCoordinator {}

  /** An attempt of a task reported metrics. */
  record TaskMetrics(String jobId, long batch, int stage, Object metrics)
      implements ToCoordinator {}

  /**
   * A batch with a checkpoint was opened. Of an earlier epoch, it may never have reached anybody:
   * another batch has its number then.
   */
  record BatchOpened(long epoch, BatchDescriptor descriptor) implements ToCoordinator {
    @Override
    public String jobId() {
      return descriptor.jobId();
    }
  }

  /**
   * All tasks of a batch, and of those before it, are released. Said of batches with metrics or a
   * checkpoint, of the last one, and otherwise ten times a second.
   *
   * @param progress names the batch
   * @param metricsReports how many {@link TaskMetrics} belong to it, some of which may still be on
   *     their way
   */
  record BatchCommitted(String jobId, JobProgress progress, int metricsReports)
      implements ToCoordinator {}

  /**
   * What a partition wrote for a checkpoint, ahead of its {@link SnapshotTaken}; only said by
   * executors that do not share the coordinator's memory.
   *
   * @param chain the partition's objects: a full one, then changes
   * @param wrote whether the last one was written now; otherwise nothing has changed since
   */
  record SnapshotWritten(
      String jobId,
      BatchDescriptor marked,
      int stage,
      int partition,
      List<SnapshotObject> chain,
      boolean wrote)
      implements ToCoordinator {}

  /**
   * A partition has written its snapshot.
   *
   * @param error why it could not, or null
   */
  record SnapshotTaken(String jobId, long batch, Exception error) implements ToCoordinator {}

  /** All output watermarks have reached the end. */
  record JobComplete(String jobId) implements ToCoordinator {}

  /** Answers a fence. */
  record Inventories(String jobId, Inventory inventory) implements ToCoordinator {}

  /**
   * Everything that an executor owns has been copied to its buddies in an epoch, and every batch
   * that was open when it began is committed.
   */
  record Repaired(String jobId, int executor, long epoch) implements ToCoordinator {}

  /**
   * Something that is needed has no copy any more.
   *
   * @param what what is missing, for people
   */
  record CopiesLost(String jobId, int executor, long epoch, String what) implements ToCoordinator {}
}
