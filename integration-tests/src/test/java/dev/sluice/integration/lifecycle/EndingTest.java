package dev.sluice.integration.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.integration.pipelines.CountedFn;
import dev.sluice.integration.pipelines.OwnJvm;
import dev.sluice.integration.pipelines.SteadySource;
import dev.sluice.integration.pipelines.SteadySource.Afterwards;
import dev.sluice.integration.pipelines.Workshop;
import dev.sluice.runner.SluicePipelineResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cancelling, draining, waiting, and ending by itself. What is left is checked after each test. */
@Timeout(60)
class EndingTest {
  private static final org.joda.time.Duration MINUTE = org.joda.time.Duration.standardMinutes(1);

  @RegisterExtension final Workshop workshop = new Workshop();

  @BeforeEach
  void forget() {
    Gauge.forget();
  }

  @Test
  void aRunningStreamIsCancelled() throws Exception {
    Pipeline pipeline = workshop.pipeline();
    pipeline
        .apply(Read.from(new SteadySource(Long.MAX_VALUE, 1, Afterwards.END)))
        .apply(Window.into(FixedWindows.of(MINUTE)))
        .apply(Count.perElement())
        .apply(ParDo.of(new Gauge<>()));
    SluicePipelineResult result = Workshop.start(pipeline);
    Gauge.SEEN.acquire(1000);

    long start = System.nanoTime();
    State state = result.cancel();

    assertThat(state).isEqualTo(State.CANCELLED);
    assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(5).toNanos());
    assertThat(result.waitUntilFinish()).isEqualTo(State.CANCELLED);
    assertThat(CountedFn.made()).isPositive();
    assertThat(SteadySource.open()).as("open readers").isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void codeThatWaitsForeverIsInterrupted(boolean streaming) throws Exception {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline.apply(Create.of(1L)).apply(ParDo.of(new Gauge<>())).apply(ParDo.of(new Waiting()));
    SluicePipelineResult result = Workshop.start(pipeline);
    Gauge.SEEN.acquire();

    assertThat(result.waitUntilFinish(org.joda.time.Duration.millis(50))).isNull();
    assertThat(result.getState()).isEqualTo(State.RUNNING);
    assertThat(result.cancel()).isEqualTo(State.CANCELLED);
  }

  @Test
  void aBoundedPipelineIsCancelledInTheMiddle() throws Exception {
    Pipeline pipeline = workshop.pipeline("--memoryBudget=1m");
    pipeline
        .apply(GenerateSequence.from(0).to(Long.MAX_VALUE))
        .apply(ParDo.of(new Gauge<>()))
        .apply(Count.perElement());
    SluicePipelineResult result = Workshop.start(pipeline);
    Gauge.SEEN.acquire(300_000); // more than the budget: there are spill files

    assertThat(result.cancel()).isEqualTo(State.CANCELLED);
  }

  @Test
  void aDrainedStreamFiresItsWindows() throws Exception {
    Pipeline pipeline = workshop.pipeline();
    pipeline
        .apply(Read.from(new SteadySource(100, 1, Afterwards.STILLNESS)))
        .apply(ParDo.of(new Gauge<>()))
        .apply(Window.into(FixedWindows.of(MINUTE)))
        .apply(Combine.globally(Count.<Long>combineFn()).withoutDefaults())
        .apply(ParDo.of(new Kept<>()));
    Kept.forget();
    SluicePipelineResult result = Workshop.start(pipeline);
    Gauge.SEEN.acquire(100);
    assertThat(Kept.ALL).as("the window is open").isEmpty();

    result.drain();
    result.drain(); // the second time says nothing new

    assertThat(result.waitUntilFinish()).isEqualTo(State.DONE);
    assertThat(Kept.ALL).containsExactly("100");
    assertThat(SteadySource.open()).isZero();
  }

  @Test
  void runReturnsAtOnceAndWaitingHasALimit() {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(1L)).apply(ParDo.of(new Blocked()));
    Blocked.forget();

    SluicePipelineResult result = Workshop.start(pipeline);

    assertThat(result.getState()).isEqualTo(State.RUNNING);
    assertThat(result.waitUntilFinish(org.joda.time.Duration.millis(20))).isNull();
    Blocked.GATE.countDown();
    assertThat(result.waitUntilFinish(org.joda.time.Duration.standardSeconds(30)))
        .isEqualTo(State.DONE);
    assertThat(result.cancel()).as("after the end").isEqualTo(State.DONE);
    result.drain();
    assertThat(result.getState()).isEqualTo(State.DONE);
  }

  @Test
  void metricsLiveWhileRunning() throws Exception {
    Pipeline pipeline = workshop.pipeline();
    pipeline
        .apply(Read.from(new SteadySource(Long.MAX_VALUE, 1, Afterwards.END)))
        .apply(ParDo.of(new Gauge<>()));
    SluicePipelineResult result = Workshop.start(pipeline);
    Gauge.SEEN.acquire();

    long first = untilMoreThan(0, result);
    long second = untilMoreThan(first, result);

    assertThat(second).isGreaterThan(first);
    result.cancel();
    assertThat(seen(result)).isGreaterThanOrEqualTo(second);
  }

  private static long untilMoreThan(long count, SluicePipelineResult result) {
    while (seen(result) <= count) {
      Thread.onSpinWait(); // bounded by the test's time-out
    }
    return seen(result);
  }

  private static long seen(SluicePipelineResult result) {
    long sum = 0;
    for (MetricResult<Long> counter :
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.named(EndingTest.class, "seen"))
                    .build())
            .getCounters()) {
      sum += counter.getAttempted();
    }
    return sum;
  }

  @Test
  void twoPipelinesAtOnce() throws Exception {
    Pipeline stream = workshop.pipeline();
    stream
        .apply(Read.from(new SteadySource(Long.MAX_VALUE, 1, Afterwards.END)))
        .apply(ParDo.of(new Gauge<>()));
    Pipeline batch = workshop.pipeline("--runner=TestSluiceRunner");
    PAssert.that(batch.apply(Create.of("a", "b", "a")).apply(Count.perElement()))
        .containsInAnyOrder(KV.of("a", 2L), KV.of("b", 1L));

    SluicePipelineResult running = Workshop.start(stream);
    Gauge.SEEN.acquire();
    assertThat(batch.run().getState()).isEqualTo(State.DONE);
    Gauge.SEEN.drainPermits();
    Gauge.SEEN.acquire(100); // the stream goes on

    assertThat(running.getState()).isEqualTo(State.RUNNING);
    assertThat(running.cancel()).isEqualTo(State.CANCELLED);
  }

  @Test
  void theSamePipelineObjectRunsTwice() {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(1L, 2L)).apply(Count.perElement()).apply(ParDo.of(new Gauge<>()));

    Workshop.run(pipeline);
    Workshop.run(pipeline);

    assertThat(Gauge.SEEN.availablePermits()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bounded", "unwaited", "failed", "exit"})
  void theJvmExitsByItself(String how) throws Exception {
    OwnJvm jvm =
        OwnJvm.run(
            EndingTest.class,
            workshop.directory(),
            "",
            Duration.ofSeconds(40),
            List.of("-Xmx256m"),
            List.of(how, workshop.spillDirectory().toString()));

    assertThat(jvm.exitCode()).as(jvm.output()).isEqualTo(how.equals("failed") ? 1 : 0);
    assertThat(jvm.output()).contains(how.equals("exit") ? "exiting" : "seen 1");
  }

  /** Nobody waits for a pipeline that fails: the log says so, and so does the exit code. */
  @ParameterizedTest
  @CsvSource({
    "failed-unwaited, 1",
    "failed-after-the-wait, 1",
    "failed-beside-another, 1",
    "failed-and-looked-at, 0",
    "failed-in-a-living-program, 0"
  })
  void aFailureThatNobodyWaitsForIsToldAllTheSame(String how, int exitCode) throws Exception {
    OwnJvm jvm =
        OwnJvm.run(
            EndingTest.class,
            workshop.directory(),
            "",
            Duration.ofSeconds(40),
            List.of("-Xmx256m"),
            List.of(how, workshop.spillDirectory().toString()));

    assertThat(jvm.output())
        .contains("SEVERE: Job ")
        .contains("for which nobody waits, failed in step ParDo(Telling)/")
        .contains("java.lang.IllegalStateException: on purpose")
        .contains("at " + Telling.class.getName() + ".process");
    assertThat(jvm.exitCode()).as(jvm.output()).isEqualTo(exitCode);
  }

  /** Runs a pipeline and leaves the rest to the JVM. */
  public static void main(String[] arguments) throws Exception {
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs(
                    "--runner=SluiceRunner", "--progress=OFF", "--spillDir=" + arguments[1])
                .create());
    switch (arguments[0]) {
      case "bounded" -> {
        pipeline.apply(Create.of(1L)).apply(ParDo.of(new Telling(0, false)));
        pipeline.run().waitUntilFinish();
      }
      case "unwaited" -> {
        pipeline.apply(Create.of(1L)).apply(ParDo.of(new Telling(500, false)));
        pipeline.run();
      }
      case "failed" -> {
        pipeline.apply(Create.of(1L)).apply(ParDo.of(new Telling(0, true)));
        pipeline.run().waitUntilFinish();
      }
      case "exit" -> {
        pipeline
            .apply(Read.from(new SteadySource(Long.MAX_VALUE, 1, Afterwards.END)))
            .apply(ParDo.of(new Gauge<>()));
        pipeline.run();
        Gauge.SEEN.acquire();
        System.out.println("exiting");
        System.exit(0);
      }
      case "failed-unwaited" -> {
        pipeline.apply(Create.of(1L)).apply(ParDo.of(new Telling(300, true)));
        pipeline.run();
      }
      case "failed-after-the-wait" -> {
        pipeline.apply(Create.of(1L)).apply(ParDo.of(new Telling(500, true)));
        pipeline.run().waitUntilFinish(org.joda.time.Duration.millis(1));
      }
      case "failed-beside-another" -> {
        Pipeline other = Pipeline.create(pipeline.getOptions());
        other.apply(Create.of(2L)).apply(ParDo.of(new Telling(1500, false)));
        other.run();
        pipeline.apply(Create.of(1L)).apply(ParDo.of(new Telling(100, true)));
        pipeline.run();
      }
      case "failed-and-looked-at" -> {
        pipeline.apply(Create.of(1L)).apply(ParDo.of(new Telling(0, true)));
        PipelineResult result = pipeline.run();
        await().until(() -> result.getState() == State.FAILED);
      }
      case "failed-in-a-living-program" -> {
        pipeline.apply(Create.of(1L)).apply(ParDo.of(new Telling(0, true)));
        pipeline.run();
        Telling.TOLD.await();
        await().until(() -> Workshop.threads().isEmpty());
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Lets the test know how many elements have come, and passes them on. */
  static final class Gauge<T> extends CountedFn<T, T> {
    private static final long serialVersionUID = 1;
    static final Semaphore SEEN = new Semaphore(0);
    private final Counter seen = Metrics.counter(EndingTest.class, "seen");

    static void forget() {
      SEEN.drainPermits();
    }

    @ProcessElement
    public void process(@Element T element, OutputReceiver<T> out) {
      SEEN.release();
      seen.inc();
      out.output(element);
    }
  }

  /** Keeps what comes. */
  static final class Kept<T> extends CountedFn<T, T> {
    private static final long serialVersionUID = 1;
    static final ConcurrentLinkedQueue<String> ALL = new ConcurrentLinkedQueue<>();

    static void forget() {
      ALL.clear();
    }

    @ProcessElement
    public void process(@Element T element) {
      ALL.add(String.valueOf(element));
    }
  }

  /** Waits until it is interrupted. */
  static final class Waiting extends CountedFn<Long, Long> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process() throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }

  /** Waits for the test. */
  static final class Blocked extends CountedFn<Long, Long> {
    private static final long serialVersionUID = 1;
    static CountDownLatch GATE = new CountDownLatch(1);

    static void forget() {
      GATE = new CountDownLatch(1);
    }

    @ProcessElement
    public void process() throws InterruptedException {
      GATE.await();
    }
  }

  /** Takes its time, tells, and fails if asked to. */
  static final class Telling extends CountedFn<Long, Long> {
    private static final long serialVersionUID = 1;
    static final CountDownLatch TOLD = new CountDownLatch(1);
    private final long millis;
    private final boolean fails;

    Telling(long millis, boolean fails) {
      this.millis = millis;
      this.fails = fails;
    }

    @ProcessElement
    public void process(@Element Long element) throws InterruptedException {
      Thread.sleep(millis);
      System.out.println("seen " + element);
      TOLD.countDown();
      if (fails) {
        throw new IllegalStateException("on purpose");
      }
    }
  }
}
