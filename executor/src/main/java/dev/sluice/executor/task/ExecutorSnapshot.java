package dev.sluice.executor.task;

import java.util.List;

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
   */
  public record JobSnapshot(
      String jobId,
      String life,
      int busy,
      long firstBatch,
      int batches,
      LeastTask least,
      long memoryUsed) {}

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
