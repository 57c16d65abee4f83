package dev.sluice.executor.transport.control;

import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.JobState;
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
   * @param status where it is
   * @param change number of the change that leads here
   * @param metrics a serialized snapshot as the job's {@link dev.sluice.executor.api.JobSummary}
   *     makes it; empty if the client knows it
   * @param failure the serialized {@link Throwable} that failed it; empty if there is none, or it
   *     cannot be serialized
   * @param nextLogLine number of the line after {@code logs}
   * @param logs lines in order, without those that were too many
   */
  record News(
      long id,
      JobStatus status,
      long change,
      byte[] metrics,
      byte[] failure,
      long nextLogLine,
      List<String> logs)
      implements Reply {}

  /** All jobs, in the order of submission. */
  record Jobs(long id, List<JobStatus> jobs) implements Reply {}

  /**
   * A job.
   *
   * @param job its id
   * @param name for people
   * @param state its state
   * @param submittedMillis when, since the epoch
   * @param endedMillis when it ended; 0 if it has not
   * @param progress its figures
   * @param failure a failure, or null if it has not failed
   * @param executors the numbers of the executors that it runs on
   * @param degraded whether something of it has fewer copies than it should
   */
  record JobStatus(
      String job,
      String name,
      JobState state,
      long submittedMillis,
      long endedMillis,
      JobProgress progress,
      Failure failure,
      List<Integer> executors,
      boolean degraded) {}

  /**
   * A {@link dev.sluice.executor.api.TaskFailure} for people.
   *
   * @param stage name of the stage, or of the part of the engine
   * @param partition the partition, -1 if none
   * @param batch the batch, -1 if none
   * @param text the cause in a line
   * @param trace the cause in full
   */
  record Failure(String stage, int partition, long batch, String text, String trace) {}

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
