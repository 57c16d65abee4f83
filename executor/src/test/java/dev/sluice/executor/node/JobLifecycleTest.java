package dev.sluice.executor.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.StageProgram;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.ScriptedSource;
import dev.sluice.executor.fixtures.TestProcessor;
import dev.sluice.executor.task.ExecutorSnapshot;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How jobs end, and what is left then: nothing. */
@Timeout(60)
class JobLifecycleTest {
  private final EmbeddedEngine engine =
      EmbeddedEngine.start(EngineSettings.defaults().withSlots(4));
  private final AtomicInteger open = new AtomicInteger();
  private final Queue<String> log = new ConcurrentLinkedQueue<>();

  @AfterEach
  void nothingIsLeft() {
    for (ExecutorSnapshot executor : engine.inspect()) {
      assertThat(executor.jobs()).isEmpty();
    }
    engine.close();
    assertThat(open.get()).as("processors that were not closed").isZero();
  }

  /** A processor that counts itself and runs a step for each event. */
  private StageProgram each(Function<Event, Event> step) {
    return context -> new Counted(context, step);
  }

  private class Counted extends TestProcessor {
    private final Function<Event, Event> step;
    private final AtomicBoolean closed = new AtomicBoolean();

    Counted(ProcessorContext context, Function<Event, Event> step) {
      this.step = step;
      open.incrementAndGet();
      context.shared(
          "together",
          () ->
              (AutoCloseable)
                  () -> {
                    log.add("shared closed");
                    assertThat(open.get()).isZero();
                  });
    }

    @Override
    protected long run(BatchContext batch) throws Exception {
      batch
          .input(0)
          .drain(
              record -> {
                Event event = step.apply((Event) record);
                if (event != null) {
                  emit(batch, event);
                }
              });
      return batch.input(0).watermark();
    }

    @Override
    public void close() {
      assertThat(closed.getAndSet(true)).isFalse();
      open.decrementAndGet();
    }
  }

  private static void sleepUntilInterrupted() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private JobState end(JobHandle job) throws InterruptedException {
    return job.await(Duration.ofSeconds(30)).orElseThrow();
  }

  private TaskFailure failureOf(JobGraph graph) throws InterruptedException {
    JobHandle job = engine.submit(graph, JobListener.NONE);
    assertThat(end(job)).isEqualTo(JobState.FAILED);
    assertThat(job.state()).isEqualTo(JobState.FAILED);
    return job.failure().orElseThrow();
  }

  @Test
  void anEmptyGraphIsDone() throws Exception {
    assertThat(end(engine.submit(GraphBuilder.bounded("none").build(), JobListener.NONE)))
        .isEqualTo(JobState.DONE);
  }

  @Test
  void aFailureClosesAllProcessorsAndInterruptsThoseThatRun() throws Exception {
    CountDownLatch asleep = new CountDownLatch(1);
    AtomicBoolean woken = new AtomicBoolean();
    IOException thrown = new IOException("broken");
    GraphBuilder g = GraphBuilder.bounded("fails");
    int read = g.source("read", ListSource.of(Event.of("a", 1), Event.of("b", 2)), each(e -> e));
    g.stage(
        "one sleeps, one throws",
        7,
        context ->
            new Counted(context, e -> e) {
              @Override
              protected long run(BatchContext batch) throws Exception {
                batch
                    .input(0)
                    .drain(
                        record -> {
                          if (((Event) record).key().equals("a")) {
                            asleep.countDown();
                            try {
                              sleepUntilInterrupted();
                            } finally {
                              woken.set(true);
                            }
                          }
                          asleep.await();
                          throw thrown;
                        });
                return batch.input(0).watermark();
              }
            },
        From.of(read, Exchange.KEYED));

    TaskFailure failure = failureOf(g.build());
    assertThat(failure.stage()).isEqualTo("one sleeps, one throws");
    assertThat(failure.batch()).isZero();
    assertThat(failure.cause()).isSameAs(thrown);
    assertThat(woken).isTrue();
    assertThat(log).containsExactly("shared closed");
  }

  @Test
  void aProcessorThatCannotBeMadeFailsTheJob() throws Exception {
    IOException thrown = new IOException("no disk");
    GraphBuilder g = GraphBuilder.bounded("cannot begin");
    int read = g.source("read", ListSource.of(Event.of("a", 1)), each(e -> e));
    g.stage(
        "impossible",
        3,
        context -> {
          if (context.partition() == 1) {
            throw thrown;
          }
          return each(e -> e).create(context);
        },
        From.of(read, Exchange.KEYED));

    TaskFailure failure = failureOf(g.build());
    assertThat(failure).isEqualTo(new TaskFailure("impossible", 1, -1, thrown));
  }

  @Test
  void aWatermarkThatFallsFailsTheJob() throws Exception {
    GraphBuilder g = GraphBuilder.bounded("falls");
    int read = g.source("read", ListSource.of(Event.of("a", 1)));
    g.stage(
        "back and forth",
        1,
        context ->
            new TestProcessor() {
              @Override
              protected long run(BatchContext batch) {
                return -batch.descriptor().batch();
              }
            },
        From.of(read, Exchange.KEYED));

    TaskFailure failure = failureOf(g.build());
    assertThat(failure.stage()).isEqualTo("back and forth");
    assertThat(failure.cause()).hasMessageContaining("falls from 0 to -1");
  }

  @Test
  void aJobThatWouldNeverEndFailsAndNamesTheStage() throws Exception {
    GraphBuilder g = GraphBuilder.bounded("stuck");
    int read = g.source("read", ListSource.of(Event.of("a", 1)));
    int stuck =
        g.stage(
            "stuck here",
            1,
            context ->
                new TestProcessor() {
                  @Override
                  protected long run(BatchContext batch) {
                    return 5;
                  }
                },
            From.of(read, Exchange.KEYED));
    g.stage("after", 1, Programs.passOn(), From.of(stuck, Exchange.KEYED));

    TaskFailure failure = failureOf(g.build());
    assertThat(failure.stage()).isEqualTo("stuck here");
    assertThat(failure.cause()).hasMessageContaining("does not reach the end of time");
  }

  @Test
  void workThatRenewsItselfDoesNotKeepAJobAlive() throws Exception {
    GraphBuilder g = GraphBuilder.bounded("renews");
    int read = g.source("read", ListSource.of(Event.of("a", 1)));
    g.stage(
        "again and again",
        1,
        context ->
            new TestProcessor() {
              private long time;

              @Override
              protected long run(BatchContext batch) {
                time = batch.descriptor().processingTime();
                return batch.input(0).watermark();
              }

              @Override
              protected long nextWakeUp() {
                return time + 1_000;
              }
            },
        From.of(read, Exchange.KEYED));
    JobHandle job = engine.submit(g.build(), JobListener.NONE);
    assertThat(end(job)).isEqualTo(JobState.DONE);
    assertThat(job.progress().committed()).isGreaterThan(1_000);
  }

  @Test
  void cancelEndsAnIdleStreamingJob() throws Exception {
    GraphBuilder g = GraphBuilder.streaming("idle");
    int read = g.source("read", ScriptedSource.stream().elements(Event.of("a", 1)));
    CountDownLatch came = new CountDownLatch(1);
    g.stage(
        "see",
        2,
        each(
            e -> {
              came.countDown();
              return e;
            }),
        From.of(read, Exchange.KEYED));
    JobHandle job = engine.submit(g.build(), JobListener.NONE);
    came.await();
    assertThat(job.await(Duration.ofMillis(1))).isEmpty();
    job.cancel();
    assertThat(end(job)).isEqualTo(JobState.CANCELLED);
    job.cancel();
    job.drain();
    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void drainStopsSourcesAndFinishesWhatIsUnderWay() throws Exception {
    ConcurrentLinkedQueue<Event> result = new ConcurrentLinkedQueue<>();
    Queue<Boolean> draining = new ConcurrentLinkedQueue<>();
    CountDownLatch came = new CountDownLatch(1);
    GraphBuilder g = GraphBuilder.streaming("drained");
    int read =
        g.source(
            "read",
            ScriptedSource.stream().elements(Event.of("a", 1), Event.of("a", 2)),
            context ->
                new TestProcessor() {
                  @Override
                  protected long run(BatchContext batch) throws Exception {
                    draining.add(batch.descriptor().draining());
                    batch.input(0).drain(record -> emit(batch, (Event) record));
                    return batch.input(0).watermark();
                  }
                });
    int sums = g.stage("sums", 2, Programs.windowedSum(10), From.of(read, Exchange.KEYED));
    int later =
        g.stage("an hour later", 2, Programs.delay(3_600_000), From.of(sums, Exchange.KEYED));
    g.stage("sink", 1, Programs.sink(result), From.of(later, Exchange.GATHER));
    JobHandle job =
        engine.submit(
            g.build(),
            new JobListener() {
              @Override
              public void attempted(int stage, Object metrics) {}

              @Override
              public void committed(int stage, Object metrics) {}

              @Override
              public void batchCommitted(long batch) {
                came.countDown();
              }
            });
    came.await();
    job.drain();
    assertThat(end(job)).isEqualTo(JobState.DRAINED);
    assertThat(draining).contains(true);
    assertThat(result).containsExactly(new Event("a", 3, 9));
  }

  @Test
  void closingTheEngineCancelsWhatRuns() throws Exception {
    GraphBuilder g = GraphBuilder.streaming("idle");
    g.source("read", ScriptedSource.stream().elements(Event.of("a", 1)), each(e -> e));
    JobHandle job;
    try (EmbeddedEngine other = EmbeddedEngine.start(EngineSettings.defaults())) {
      job = other.submit(g.build(), JobListener.NONE);
    }
    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void batchesAreAcknowledgedInOrderAndBeforeTheEnd() throws Exception {
    List<Long> acknowledged = new ArrayList<>();
    List<Long> wanted = new ArrayList<>();
    GraphBuilder g = GraphBuilder.bounded("acknowledged").maxRecordsPerBatch(1);
    g.source(
        "read",
        ListSource.of(Event.of("a", 1), Event.of("a", 2), Event.of("a", 3), Event.of("a", 4)),
        acknowledging(acknowledged, wanted));
    assertThat(end(engine.submit(g.build(), JobListener.NONE))).isEqualTo(JobState.DONE);
    assertThat(acknowledged).containsExactlyElementsOf(wanted);
    assertThat(wanted).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void nothingIsAcknowledgedOfABatchThatFails() throws Exception {
    List<Long> acknowledged = new ArrayList<>();
    List<Long> wanted = new ArrayList<>();
    GraphBuilder g = GraphBuilder.bounded("not acknowledged");
    int read =
        g.source("read", ListSource.of(Event.of("a", 1)), acknowledging(acknowledged, wanted));
    g.stage(
        "throws",
        1,
        each(
            e -> {
              throw new IllegalStateException("no");
            }),
        From.of(read, Exchange.KEYED));
    failureOf(g.build());
    assertThat(wanted).containsExactly(0L);
    assertThat(acknowledged).isEmpty();
  }

  /** Wants every second batch to be acknowledged; what throws in acknowledging is only logged. */
  private StageProgram acknowledging(List<Long> acknowledged, List<Long> wanted) {
    return context ->
        new TestProcessor() {
          private long last = -1;
          private boolean closed;

          @Override
          protected long run(BatchContext batch) throws Exception {
            batch.input(0).drain(record -> emit(batch, (Event) record));
            return batch.input(0).watermark();
          }

          @Override
          public TaskReport process(BatchContext batch) throws Exception {
            TaskReport report = super.process(batch);
            boolean wants = batch.descriptor().batch() % 2 == 0;
            if (wants) {
              wanted.add(batch.descriptor().batch());
            }
            return new TaskReport(
                report.outputWatermarks(), report.nextWakeUp(), false, null, wants);
          }

          @Override
          public void acknowledge(long batch) {
            assertThat(closed).isFalse();
            assertThat(batch).isGreaterThan(last);
            last = batch;
            acknowledged.add(batch);
            throw new IllegalStateException("only logged");
          }

          @Override
          public void close() {
            closed = true;
          }
        };
  }

  @Test
  void metricsAreAttemptedAndThenCommitted() throws Exception {
    List<String> calls = new ArrayList<>();
    GraphBuilder g = GraphBuilder.bounded("metrics").maxRecordsPerBatch(1);
    g.source(
        "read",
        ListSource.of(Event.of("a", 1), Event.of("a", 2)),
        context ->
            new TestProcessor() {
              @Override
              protected long run(BatchContext batch) throws Exception {
                batch.input(0).drain(record -> {});
                return batch.input(0).watermark();
              }

              @Override
              public TaskReport process(BatchContext batch) throws Exception {
                TaskReport report = super.process(batch);
                return new TaskReport(
                    report.outputWatermarks(),
                    report.nextWakeUp(),
                    false,
                    "m" + batch.descriptor().batch(),
                    false);
              }
            });
    JobHandle job =
        engine.submit(
            g.build(),
            new JobListener() {
              @Override
              public void attempted(int stage, Object metrics) {
                calls.add("attempted " + metrics);
              }

              @Override
              public void committed(int stage, Object metrics) {
                calls.add("committed " + metrics);
              }

              @Override
              public void batchCommitted(long batch) {
                calls.add("batch " + batch);
              }
            });
    assertThat(end(job)).isEqualTo(JobState.DONE);
    assertThat(calls).endsWith("committed m2", "batch 2");
    for (int batch = 0; batch < 3; batch++) {
      assertThat(calls)
          .containsSubsequence("attempted m" + batch, "committed m" + batch, "batch " + batch);
    }
    assertThat(job.progress().recordsRead()).isEqualTo(2);
    assertThat(job.progress().bytesRead()).isEqualTo(0); // its source knows no coder
    assertThat(job.progress().minWatermark()).isEqualTo(Watermarks.MAX);
  }

  @Test
  void userCodeSeesTheClassLoaderOfTheJob() throws Exception {
    try (URLClassLoader loader = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
      Queue<ClassLoader> seen = new ConcurrentLinkedQueue<>();
      GraphBuilder g = GraphBuilder.bounded("loader");
      int read = g.source("read", ListSource.of(Event.of("a", 1)));
      g.stage(
          "see",
          1,
          context -> {
            seen.add(Thread.currentThread().getContextClassLoader());
            return Programs.map(
                    e -> {
                      seen.add(Thread.currentThread().getContextClassLoader());
                      return e;
                    })
                .create(context);
          },
          From.of(read, Exchange.KEYED));
      assertThat(end(engine.submit(g.build(), JobListener.NONE, loader))).isEqualTo(JobState.DONE);
      assertThat(seen).hasSize(2).containsOnly(loader);
    }
  }

  @Test
  void manyJobsRunSideBySide() throws Exception {
    List<JobHandle> jobs = new ArrayList<>();
    List<ConcurrentLinkedQueue<Event>> results = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ConcurrentLinkedQueue<Event> result = new ConcurrentLinkedQueue<>();
      GraphBuilder g = GraphBuilder.bounded("job " + i).maxRecordsPerBatch(1);
      int read = g.source("read", ListSource.of(Event.of("a", i), Event.of("a", 1)));
      int sum = g.stage("sum", 4, Programs.windowedSum(10), From.of(read, Exchange.KEYED));
      g.stage("sink", 1, Programs.sink(result), From.of(sum, Exchange.GATHER));
      results.add(result);
      jobs.add(engine.submit(g.build(), JobListener.NONE));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(end(jobs.get(i))).isEqualTo(JobState.DONE);
      assertThat(results.get(i)).containsExactly(new Event("a", i + 1, 9));
    }
  }

  @Test
  void severalExecutorsShareAJob() throws Exception {
    ConcurrentLinkedQueue<Event> result = new ConcurrentLinkedQueue<>();
    List<List<Event>> splits = new ArrayList<>();
    for (int split = 0; split < 6; split++) {
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        events.add(Event.of("k" + i % 10, 1));
      }
      splits.add(events);
    }
    GraphBuilder g = GraphBuilder.bounded("shared").maxRecordsPerBatch(100);
    int read = g.source("read", ListSource.of(splits));
    int sum = g.stage("sum", 5, Programs.windowedSum(10), From.of(read, Exchange.KEYED));
    g.stage("sink", 2, Programs.sink(result), From.of(sum, Exchange.SCATTER));
    EngineSettings three = EngineSettings.defaults().withExecutors(3);
    try (EmbeddedEngine cluster = EmbeddedEngine.start(three)) {
      assertThat(end(cluster.submit(g.build(), JobListener.NONE))).isEqualTo(JobState.DONE);
    }
    assertThat(result).hasSize(10).allMatch(event -> event.value() == 600);
  }

  @Test
  void retriesAreRefused() {
    JobSettings s = JobSettings.defaults();
    GraphBuilder g =
        GraphBuilder.bounded("retries")
            .settings(
                old ->
                    new JobSettings(
                        s.clockMode(),
                        s.encodeAtShuffle(),
                        s.maxParallelism(),
                        s.pipelineDepth(),
                        s.maxRecordsPerBatch(),
                        s.maxSettleRounds(),
                        s.memoryBudget(),
                        3,
                        false,
                        0,
                        1));
    assertThatThrownBy(() -> engine.submit(g.build(), JobListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxTaskRetries is 3");
  }
}
