package dev.sluice.executor.task;

import java.util.List;
import java.util.SortedMap;

/**
 * What an executor holds at a moment; for tests and for people.
 *
 * @param executor its number
 * @param jobs its jobs, by id
 */
public record ExecutorSnapshot(int executor, List<JobSnapshot> jobs) {
  /**
   * What an executor holds of a job.
   *
   * @param jobId the job
   * @param life where it is, by name
   * @param busy how many units wait for a thread or run
   * @param firstBatch the oldest batch that is not done here
   * @param batches how many batches are in flight here
   * @param least the least task by batch and depth that is not done, or null if there is none
   * @param memoryUsed bytes of records in memory
   * @param spillFiles how many files hold records that did not fit into memory
   * @param unacknowledged how many tasks wait to hear that their batch is safe
   * @param held what processors and views hold from batch to batch, by what they call it; of those
   *     only that neither run nor wait for a thread, so all there is while {@code busy} is 0
   */
  public record JobSnapshot(
      String jobId,
      String life,
      int busy,
      long firstBatch,
      int batches,
      LeastTask least,
      long memoryUsed,
      int spillFiles,
      int unacknowledged,
      SortedMap<String, Long> held) {}

  /**
   * A task.
   *
   * @param batch its batch
   * @param stage its stage
   * @param partition its partition
   * @param busy whether it waits for a thread or runs
   */
  public record LeastTask(long batch, int stage, int partition, boolean busy) {}
}
