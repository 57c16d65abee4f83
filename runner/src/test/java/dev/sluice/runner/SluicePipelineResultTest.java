package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.runner.metrics.JobMetrics;
import dev.sluice.runner.submit.FakeJob;
import dev.sluice.runner.submit.RunningJob;
import dev.sluice.runner.submit.Started;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.beam.sdk.util.UserCodeException;
import org.joda.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SluicePipelineResultTest {
  private final FakeJob job = new FakeJob();
  private final SluicePipelineResult result = result(List.of());

  @AfterEach
  void end() {
    job.end(JobState.DONE);
  }

  @Test
  void waitingInVainGivesNull() {
    assertThat(result.waitUntilFinish(Duration.millis(20))).isNull();
    assertThat(result.getState()).isEqualTo(State.RUNNING);
  }

  @Test
  void lessThanAMillisecondWaitsForEver() {
    Thread ender = new Thread(() -> job.end(JobState.DONE));
    ender.start();
    assertThat(result.waitUntilFinish(Duration.millis(-1))).isEqualTo(State.DONE);
    assertThat(result.waitUntilFinish(Duration.ZERO)).isEqualTo(State.DONE);
    assertThat(result.getState()).isEqualTo(State.DONE);
  }

  @Test
  void cancelMayBeRepeated() {
    assertThat(result.cancel()).isEqualTo(State.CANCELLED);
    assertThat(result.cancel()).isEqualTo(State.CANCELLED);
    assertThat(result.waitUntilFinish()).isEqualTo(State.CANCELLED);
  }

  @Test
  void cancelAfterTheEndChangesNothing() {
    job.end(JobState.DONE);
    assertThat(result.cancel()).isEqualTo(State.DONE);
  }

  @Test
  void aDrainedPipelineIsRunningUntilItIsDone() {
    result.drain();
    assertThat(job.state()).isEqualTo(JobState.DRAINING);
    assertThat(result.getState()).isEqualTo(State.RUNNING);
    job.end(JobState.DRAINED);
    assertThat(result.waitUntilFinish()).isEqualTo(State.DONE);
  }

  @Test
  void theStateIsTerminalOnlyWhenEverythingIsClosed() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch mayClose = new CountDownLatch(1);
    SluicePipelineResult slow =
        result(
            List.of(
                () -> {
                  closing.countDown();
                  mayClose.await();
                }));
    job.end(JobState.DONE);
    closing.await();
    assertThat(slow.getState()).isEqualTo(State.RUNNING);
    mayClose.countDown();
    assertThat(slow.waitUntilFinish()).isEqualTo(State.DONE);
  }

  @Test
  void whatCannotBeClosedDoesNotKeepTheRestOpen() {
    CountDownLatch closed = new CountDownLatch(1);
    SluicePipelineResult broken =
        result(
            List.of(
                closed::countDown,
                () -> {
                  throw new IllegalStateException("expected by the test");
                }));
    job.end(JobState.DONE);
    assertThat(broken.waitUntilFinish()).isEqualTo(State.DONE);
    assertThat(closed.getCount()).isZero();
  }

  @Test
  void noThreadOutlivesTheEnd() {
    job.end(JobState.DONE);
    result.waitUntilFinish();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.equals("sluice-watch-fake"));
  }

  @Test
  void aFailureIsTheUsersExceptionEachTime() {
    IllegalStateException users = new IllegalStateException("boom");
    job.fail(new TaskFailure("ParDo(Boom)", 3, 7, UserCodeException.wrap(users)));

    for (int i = 0; i < 2; i++) {
      PipelineExecutionException thrown =
          catchThrowableOfType(result::waitUntilFinish, PipelineExecutionException.class);
      assertThat(thrown)
          .hasCause(users)
          .hasMessageContaining("ParDo(Boom), micro-batch 7, partition 3")
          .hasMessageContaining("--restore=3-17");
    }
    assertThat(result.getState()).isEqualTo(State.FAILED);
  }

  @Test
  void theInnermostOfFusedUserCodeIsMeant() {
    IllegalStateException users = new IllegalStateException("boom");
    Throwable outer =
        UserCodeException.wrap(new RuntimeException("rethrown", UserCodeException.wrap(users)));
    job.fail(new TaskFailure("ParDo", 0, 0, new RuntimeException(outer)));

    assertThatExceptionOfType(PipelineExecutionException.class)
        .isThrownBy(result::waitUntilFinish)
        .withCause(users);
  }

  @Test
  void aFailureOfTheEngineIsTheCauseItself() {
    OutOfMemoryError cause = new OutOfMemoryError("expected by the test");
    job.fail(new TaskFailure("engine", -1, -1, cause));

    assertThatExceptionOfType(PipelineExecutionException.class)
        .isThrownBy(result::waitUntilFinish)
        .withCause(cause);
  }

  @Test
  void inTestsAFailedAssertionIsThrownItself() {
    AssertionError assertion = new AssertionError("site", new AssertionError("expected: 1"));
    job.fail(new TaskFailure("PAssert", 0, 0, UserCodeException.wrap(assertion)));
    assertThat(catchThrowable(() -> TestSluiceRunner.awaitEnd(result))).isSameAs(assertion);
  }

  @Test
  void inTestsAWrappedAssertionIsThrownItself() {
    AssertionError assertion = new AssertionError("expected: 1");
    job.fail(new TaskFailure("PAssert", 0, 0, new RuntimeException(assertion)));
    assertThat(catchThrowable(() -> TestSluiceRunner.awaitEnd(result))).isSameAs(assertion);
  }

  @Test
  void inTestsOtherFailuresComeAsAlways() {
    IllegalStateException users = new IllegalStateException("boom");
    job.fail(new TaskFailure("ParDo", 0, 0, UserCodeException.wrap(users)));
    assertThatExceptionOfType(PipelineExecutionException.class)
        .isThrownBy(() -> TestSluiceRunner.awaitEnd(result))
        .withCause(users);
  }

  private SluicePipelineResult result(List<AutoCloseable> closed) {
    Started started = new Started();
    closed.forEach(started::add);
    return new SluicePipelineResult(
        RunningJob.watch(job, RunningJob.Bond.HERE, Optional.empty(), started), new JobMetrics());
  }
}
