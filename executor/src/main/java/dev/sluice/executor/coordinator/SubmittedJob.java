package dev.sluice.executor.coordinator;

import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.Placement;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.transport.JobPlan;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What the client of a job sees: the coordinator writes, any thread reads. */
final class SubmittedJob implements JobHandle {
  private final String jobId;
  private final Consumer<CoordinatorEvent> mailbox;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile JobState state = JobState.RUNNING;
  private volatile TaskFailure failure;
  private volatile JobProgress progress;
  private volatile Placement placement;

  private volatile String checkpoint;

  SubmittedJob(JobPlan plan, String resumedFrom, Consumer<CoordinatorEvent> mailbox) {
    this.jobId = plan.jobId();
    this.progress = before(plan);
    this.mailbox = mailbox;
    this.placement =
        new Placement(Arrays.stream(plan.assignment().executors()).boxed().toList(), false);
    this.checkpoint = resumedFrom;
  }

  @Override
  public String jobId() {
    return jobId;
  }

  @Override
  public JobState state() {
    return state;
  }

  @Override
  public Optional<JobState> await(Duration timeout) throws InterruptedException {
    if (timeout.isZero()) {
      ended.await();
      return Optional.of(state);
    }
    boolean inTime = ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    return inTime ? Optional.of(state) : Optional.empty();
  }

  @Override
  public Optional<TaskFailure> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public Optional<String> checkpoint() {
    return Optional.ofNullable(checkpoint);
  }

  void checkpoint(String durable) {
    checkpoint = durable;
  }

  @Override
  public void cancel() {
    mailbox.accept(new CoordinatorEvent.CancelAsked(jobId));
  }

  @Override
  public void drain() {
    mailbox.accept(new CoordinatorEvent.DrainAsked(jobId));
  }

  /** The progress of a job that has not begun. */
  static JobProgress before(JobPlan plan) {
    long before = plan.firstBatch() - 1;
    return new JobProgress(before, before, 0, 0, Watermarks.MIN, plan.notBefore());
  }

  @Override
  public JobProgress progress() {
    return progress;
  }

  @Override
  public Placement placement() {
    return placement;
  }

  void placement(Placement now) {
    placement = now;
  }

  void progress(JobProgress now) {
    progress = now;
  }

  void draining() {
    state = JobState.DRAINING;
  }

  void end(JobState terminal, TaskFailure cause) {
    failure = cause;
    state = terminal;
    ended.countDown();
  }
}
