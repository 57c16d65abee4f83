package dev.sluice.runner.submit;

import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobState;
import dev.sluice.runner.metrics.ProgressLine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job, watched by a thread that shows its progress and, once the job is over, closes everything
 * that was started for it. The job counts as ended when that is done, so whoever has seen the end
 * finds no thread and no file of it. A failure is thrown at whoever waits; if nobody does, it is
 * logged as an error with its cause, and the JVM's exit code tells of it ({@link
 * UnnoticedFailures}). All methods may be called by any thread.
 */
public final class RunningJob {
  private static final Logger LOG = LoggerFactory.getLogger(RunningJob.class);
  private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(5);

  /** What the end of this JVM means for the job. */
  public enum Bond {
    /**
     * The job runs in this JVM: its thread keeps the JVM alive until the job ends, also if nobody
     * waits for it; when the JVM is asked to stop, the job is cancelled.
     */
    HERE,
    /**
     * The job runs elsewhere, and goes on when this JVM ends; but if the JVM is asked to stop while
     * somebody waits for the job, it is cancelled.
     */
    ATTACHED,
    /** The job runs elsewhere and goes on whatever happens here. */
    DETACHED
  }

  private final JobHandle handle;
  private final Bond bond;
  private final Optional<ProgressLine> progress;
  private final Started startedForIt;
  private final Thread watch;
  private final Thread onShutdown;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean failedUnnoticed = new AtomicBoolean();

  private RunningJob(
      JobHandle handle, Bond bond, Optional<ProgressLine> progress, Started startedForIt) {
    this.handle = handle;
    this.bond = bond;
    this.progress = progress;
    this.startedForIt = startedForIt;
    this.watch = new Thread(this::watch, UnnoticedFailures.WATCH_PREFIX + handle.jobId());
    this.watch.setDaemon(bond != Bond.HERE);
    this.onShutdown = new Thread(this::stopWithJvm, "sluice-shutdown-" + handle.jobId());
  }

  /**
   * Watches a job that has been submitted.
   *
   * @param handle the job
   * @param bond what the end of this JVM means for it
   * @param progress where its progress is shown, if at all
   * @param startedForIt what is closed when the job is over
   */
  public static RunningJob watch(
      JobHandle handle, Bond bond, Optional<ProgressLine> progress, Started startedForIt) {
    RunningJob job = new RunningJob(handle, bond, progress, startedForIt);
    UnnoticedFailures.watchBegins();
    job.watch.start();
    if (bond == Bond.DETACHED) {
      return job;
    }
    try {
      Runtime.getRuntime().addShutdownHook(job.onShutdown);
    } catch (IllegalStateException e) {
      handle.cancel(); // the JVM is already stopping
    }
    return job;
  }

  /** The id of the job. */
  public String jobId() {
    return handle.jobId();
  }

  /** Where the job is; terminal only when nothing of it is left. */
  public JobState state() {
    JobState state = handle.state();
    if (state.isTerminal() && watch.isAlive()) {
      return JobState.RUNNING;
    }
    noticed();
    return state;
  }

  /**
   * Waits for the end.
   *
   * @param timeout how long; zero for ever
   * @return the terminal state, or empty after the timeout
   */
  public Optional<JobState> await(Duration timeout) throws InterruptedException {
    waiting.incrementAndGet();
    try {
      watch.join(timeout.toMillis());
    } finally {
      waiting.decrementAndGet();
    }
    return watch.isAlive() ? Optional.empty() : Optional.of(state());
  }

  private void noticed() {
    if (failedUnnoticed.compareAndSet(true, false)) {
      UnnoticedFailures.noticed();
    }
  }

  /** Why the job failed, once it has. */
  public Optional<PipelineFailure> failure() {
    return handle.state() == JobState.FAILED
        ? handle.failure().map(failure -> new PipelineFailure(failure, handle.checkpoint()))
        : Optional.empty();
  }

  /** Asks the job to end without finishing what is under way. */
  public void cancel() {
    if (!handle.state().isTerminal()) {
      handle.cancel();
    }
  }

  /** Asks the job to stop its unbounded sources, finish what is under way, and end. */
  public void drain() {
    if (!handle.state().isTerminal()) {
      handle.drain();
    }
  }

  private void watch() {
    try {
      watchToTheEnd();
    } finally {
      UnnoticedFailures.watchEnds();
    }
  }

  private void watchToTheEnd() {
    awaitEnd();
    progress.ifPresent(ProgressLine::close);
    failure().ifPresent(this::log);
    startedForIt.close();
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException e) {
      LOG.debug("The JVM is stopping; its hook is running");
    }
  }

  /** Whoever waits gets the whole exception; if nobody does, the log is the only place for it. */
  private void log(PipelineFailure failure) {
    if (waiting.get() > 0) {
      LOG.warn(
          "Job {} failed in {}: {}{}",
          handle.jobId(),
          failure.place(),
          failure.cause().toString(),
          failure.remedy());
    } else {
      failedUnnoticed.set(true);
      UnnoticedFailures.failed();
      LOG.error(
          "Job {}, for which nobody waits, failed in {}{}",
          handle.jobId(),
          failure.place(),
          failure.remedy(),
          failure.cause());
    }
  }

  private void awaitEnd() {
    Duration tick = progress.map(ProgressLine::interval).orElse(Duration.ZERO);
    while (true) {
      try {
        if (handle.await(tick).isPresent()) {
          return;
        }
        progress.ifPresent(line -> line.show(handle.progress(), System.nanoTime()));
      } catch (InterruptedException e) {
        // Nobody of ours interrupts this thread; a stranger who does wants the job to stop.
        handle.cancel();
      }
    }
  }

  private void stopWithJvm() {
    if (bond == Bond.ATTACHED && waiting.get() == 0) {
      return; // it goes on
    }
    if (!handle.state().isTerminal()) {
      LOG.warn("The JVM is stopping: job {} is cancelled before its end", handle.jobId());
    }
    cancel();
    try {
      watch.join(SHUTDOWN_PATIENCE.toMillis());
    } catch (InterruptedException e) {
      LOG.warn("Interrupted while waiting for job {} to stop", handle.jobId());
    }
  }
}
