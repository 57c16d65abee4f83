package dev.sluice.runner;

import dev.sluice.executor.api.JobState;
import dev.sluice.runner.metrics.JobMetrics;
import dev.sluice.runner.submit.RunningJob;
import java.util.Optional;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.joda.time.Duration;

/**
 * A pipeline that {@link SluiceRunner} runs or has run. All methods may be called by any thread, in
 * every state. A state is terminal only when no thread and no temporary file of the pipeline is
 * left.
 */
public final class SluicePipelineResult implements PipelineResult {
  private static final java.time.Duration CANCEL_PATIENCE = java.time.Duration.ofSeconds(10);

  private final RunningJob job;
  private final JobMetrics metrics;

  SluicePipelineResult(RunningJob job, JobMetrics metrics) {
    this.job = job;
    this.metrics = metrics;
  }

  /** The id of the job that the pipeline has become; on a cluster others know it by this. */
  public String jobId() {
    return job.jobId();
  }

  @Override
  public State getState() {
    return beamState(job.state());
  }

  /**
   * Stops the pipeline without finishing what is under way, and waits up to ten seconds until it
   * has stopped, which takes as long as the user code that is being called. Does nothing after the
   * end.
   *
   * @return the state thereafter: {@link State#RUNNING} if user code has not returned in time
   */
  @Override
  public State cancel() {
    job.cancel();
    return await(CANCEL_PATIENCE).map(SluicePipelineResult::beamState).orElseGet(this::getState);
  }

  /**
   * Asks the pipeline to end in good order: unbounded sources stop, splittable DoFns are truncated,
   * and everything read so far is processed with the watermark going to the end of time. Returns at
   * once; does nothing after the end or for a pipeline that is being drained.
   */
  public void drain() {
    job.drain();
  }

  /**
   * Waits for the end.
   *
   * @throws org.apache.beam.sdk.Pipeline.PipelineExecutionException if the pipeline failed; the
   *     cause is what user code threw
   */
  @Override
  public State waitUntilFinish() {
    return waitUntilFinish(Duration.ZERO);
  }

  /**
   * Waits for the end, but no longer than {@code duration} unless that is below 1 ms.
   *
   * @return the terminal state, or null after the time
   * @throws org.apache.beam.sdk.Pipeline.PipelineExecutionException if the pipeline failed; the
   *     cause is what user code threw
   */
  @Override
  public State waitUntilFinish(Duration duration) {
    java.time.Duration timeout = java.time.Duration.ofMillis(Math.max(0, duration.getMillis()));
    Optional<JobState> end = await(timeout);
    if (end.isEmpty()) {
      return null;
    }
    job.failure()
        .ifPresent(
            failure -> {
              throw failure.exception();
            });
    return beamState(end.get());
  }

  @Override
  public MetricResults metrics() {
    return metrics.results();
  }

  private Optional<JobState> await(java.time.Duration timeout) {
    try {
      return job.await(timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the pipeline to end", e);
    }
  }

  private static State beamState(JobState state) {
    return switch (state) {
      case RUNNING, DRAINING -> State.RUNNING;
      case DONE, DRAINED -> State.DONE;
      case FAILED -> State.FAILED;
      case CANCELLED -> State.CANCELLED;
    };
  }
}
