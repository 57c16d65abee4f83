package dev.sluice.runner.submit;

import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.Placement;
import dev.sluice.executor.api.TaskFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A job whose end the test decides. */
public final class FakeJob implements JobHandle {
  private JobState state = JobState.RUNNING;
  private TaskFailure failure;
  private int cancelled;

  /** Ends with this state. */
  public synchronized void end(JobState terminal) {
    if (!state.isTerminal()) {
      state = terminal;
      notifyAll();
    }
  }

  /** Fails. */
  public synchronized void fail(TaskFailure cause) {
    failure = cause;
    end(JobState.FAILED);
  }

  /** How often {@link #cancel} was called. */
  public synchronized int cancelled() {
    return cancelled;
  }

  @Override
  public String jobId() {
    return "fake";
  }

  @Override
  public synchronized JobState state() {
    return state;
  }

  @Override
  public synchronized Optional<JobState> await(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!state.isTerminal()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (!timeout.isZero() && left <= 0) {
        return Optional.empty();
      }
      wait(timeout.isZero() ? 0 : left);
    }
    return Optional.of(state);
  }

  @Override
  public synchronized Optional<TaskFailure> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public synchronized void cancel() {
    cancelled++;
    end(JobState.CANCELLED);
  }

  @Override
  public synchronized void drain() {
    if (state == JobState.RUNNING) {
      state = JobState.DRAINING;
    }
  }

  @Override
  public Optional<String> checkpoint() {
    return Optional.of("3-17");
  }

  @Override
  public JobProgress progress() {
    return new JobProgress(0, -1, 0, 0, Long.MIN_VALUE, 0);
  }

  @Override
  public Placement placement() {
    return new Placement(List.of(0), false);
  }
}
