package dev.sluice.executor.api;

import java.time.Duration;
import java.util.Optional;

/** A submitted job, as its client sees it. All methods may be called by any thread. */
public interface JobHandle {
  /** The id of the job. */
  String jobId();

  /** Where the job is now. */
  JobState state();

  /**
   * Waits for the end of the job: when this returns a terminal state, all processors are closed and
   * nothing of the job runs any more.
   *
   * @param timeout how long to wait; zero waits for ever
   * @return the terminal state, or empty after the timeout
   * @throws InterruptedException if the waiting thread is interrupted
   */
  Optional<JobState> await(Duration timeout) throws InterruptedException;

  /** Why the job failed, once it has. */
  Optional<TaskFailure> failure();

  /**
   * The newest durable checkpoint from which the job, or what has become of it, can be resumed: one
   * of its own or the one that it was resumed from.
   */
  default Optional<String> checkpoint() {
    return Optional.empty();
  }

  /** Ends the job without finishing what is under way. Does nothing after the end. */
  void cancel();

  /** Stops unbounded sources, finishes what is under way, and ends. Does nothing after the end. */
  void drain();

  /** Figures of the job so far. */
  JobProgress progress();

  /** Where the job runs. */
  Placement placement();
}
