package dev.sluice.executor.transport.control;

import java.util.List;

/** What the coordinator answers to a {@link Request}. */
public sealed interface Reply extends Control {
  /** The request's. */
  long id();

  /** It cannot be done. */
  record Refused(long id, String reason) implements Reply {}

  /** It is done. */
  record Done(long id) implements Reply {}

  /** These files are not there. */
  record Missing(long id, List<StagedFile> files) implements Reply {}

  /** A piece of a file; empty at its end. */
  record Piece(long id, byte[] bytes) implements Reply {}

  /** The job runs. */
  record Submitted(long id, String jobId) implements Reply {}

  /**
   * What is new in a job.
   *
   * @param metrics a serialized snapshot as the job's {@link dev.sluice.executor.api.JobSummary}
   *     makes it; empty if the client knows it
   * @param failure a serialized {@link Throwable}, once the job has failed; else empty
   * @param logLine number of the first of {@code logs}: higher than asked for if lines were dropped
   */
  record News(
      long id,
      JobStatus status,
      long change,
      byte[] metrics,
      byte[] failure,
      long logLine,
      List<String> logs)
      implements Reply {}

  /** All jobs. */
  record Jobs(long id, List<JobStatus> jobs) implements Reply {}

  /**
   * A job.
   *
   * @param state name of a {@link dev.sluice.executor.api.JobState}
   * @param submittedMillis when, since the epoch
   * @param opened as in {@link dev.sluice.executor.api.JobProgress}, and so are the next four
   * @param failedStage where it failed; empty if it has not. With the next two a {@link
   *     dev.sluice.executor.api.TaskFailure} without its cause
   * @param failureText the failure in a line; empty if it has not failed
   * @param checkpoint name of its last durable checkpoint; empty for none
   * @param executors the numbers of the executors that it runs on
   */
  record JobStatus(
      String jobId,
      String name,
      String state,
      long submittedMillis,
      long opened,
      long committed,
      long recordsRead,
      long minWatermark,
      long processingTime,
      String failedStage,
      int failedPartition,
      long failedBatch,
      String failureText,
      String checkpoint,
      List<Integer> executors) {}

  /**
   * The cluster.
   *
   * @param executors all that are in, and some that were
   */
  record Cluster(long id, long startedMillis, List<ExecutorStatus> executors, int runningJobs)
      implements Reply {}

  /**
   * An executor.
   *
   * @param state live, suspected or dead
   * @param reason why it is not live; empty if it is
   */
  record ExecutorStatus(
      int executor, String host, int port, int slots, long memory, String state, String reason) {}
}
