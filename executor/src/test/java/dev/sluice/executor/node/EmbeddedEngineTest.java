package dev.sluice.executor.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.ViewProgram;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.ScriptedSource;
import dev.sluice.executor.fixtures.TestProcessor;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EmbeddedEngineTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Queue<Event> result = new ConcurrentLinkedQueue<>();

  @Test
  void sumsPerKeyOverAShuffle() throws Exception {
    GraphBuilder g = GraphBuilder.bounded("sums");
    int read =
        g.source(
            "read",
            ListSource.of(
                List.of(
                    List.of(Event.of("a", 1), Event.of("b", 2)),
                    List.of(Event.of("a", 3)),
                    List.of())));
    int sum = g.stage("sum", 4, Programs.windowedSum(10), From.of(read, Exchange.KEYED));
    g.stage("sink", 1, Programs.sink(result), From.of(sum, Exchange.GATHER));

    assertThat(run(g.build())).isEqualTo(JobState.DONE);
    assertThat(result).containsExactlyInAnyOrder(new Event("a", 4, 9), new Event("b", 2, 9));
  }

  @Test
  void joinsAndLooksUpAView() throws Exception {
    GraphBuilder g = GraphBuilder.bounded("join");
    int left = g.source("left", ListSource.of(Event.of("a", 2), Event.of("b", 3)));
    int right = g.source("right", ListSource.of(Event.of("a", 5), Event.of("c", 7)));
    int side = g.source("side", ListSource.of(Event.of("a", 10)));
    int view = g.view(side, Programs.table());
    int join =
        g.stage(
            "join",
            3,
            Programs.joinAtEnd(),
            From.of(left, Exchange.KEYED),
            From.of(right, Exchange.KEYED).to(1));
    int lookUp =
        g.lookingAt(view).stage("look up", 3, Programs.lookUp(), From.of(join, Exchange.FORWARD));
    g.stage("sink", 1, Programs.sink(result), From.of(lookUp, Exchange.GATHER));

    assertThat(run(g.build())).isEqualTo(JobState.DONE);
    assertThat(result).containsExactly(Event.of("a", 100));
  }

  @Test
  void aThrowingTaskFailsTheJobAndNamesTheStage() throws Exception {
    IllegalStateException thrown = new IllegalStateException("no b");
    GraphBuilder g = GraphBuilder.bounded("fails");
    int read = g.source("read", ListSource.of(Event.of("a", 1), Event.of("b", 2)));
    g.stage(
        "picky",
        2,
        Programs.map(
            event -> {
              if (event.key().equals("b")) {
                throw thrown;
              }
              return event;
            }),
        From.of(read, Exchange.KEYED));

    try (EmbeddedEngine engine = EmbeddedEngine.start(EngineSettings.defaults())) {
      JobHandle job = engine.submit(g.build(), JobListener.NONE);
      assertThat(job.await(LONG)).contains(JobState.FAILED);
      assertThat(job.failure()).isPresent();
      assertThat(job.failure().get().stage()).isEqualTo("picky");
      assertThat(job.failure().get().cause()).isSameAs(thrown);
    }
  }

  @Test
  void cancelInterruptsWorkThatSleeps() throws Exception {
    CountDownLatch asleep = new CountDownLatch(1);
    GraphBuilder g = GraphBuilder.bounded("sleeps");
    int read = g.source("read", ListSource.of(Event.of("a", 1)));
    g.stage(
        "sleep",
        1,
        Programs.map(
            event -> {
              asleep.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return event;
            }),
        From.of(read, Exchange.KEYED));

    try (EmbeddedEngine engine = EmbeddedEngine.start(EngineSettings.defaults())) {
      JobHandle job = engine.submit(g.build(), JobListener.NONE);
      asleep.await();
      job.cancel();
      assertThat(job.await(LONG)).contains(JobState.CANCELLED);
      assertThat(job.failure()).isEmpty();
    }
  }

  @Test
  void aVersionOfAViewIsMadeOncePerBatchAndSharedByAllPartitions() throws Exception {
    AtomicInteger made = new AtomicInteger();
    Map<Long, Set<Object>> seen = new ConcurrentHashMap<>();
    GraphBuilder g = GraphBuilder.bounded("shared").maxRecordsPerBatch(1);
    int side = g.source("side", ListSource.of(Event.of("a", 1), Event.of("b", 2)));
    int view =
        g.view(
            side,
            new ViewProgram() {
              private static final long serialVersionUID = 1;

              @Override
              public Object initial() {
                return Programs.table().initial();
              }

              @Override
              public Object advance(Object previous, InputBlock block) throws Exception {
                made.incrementAndGet();
                return Programs.table().advance(previous, block);
              }

              @Override
              public void contents(Object version, RecordConsumer out) throws Exception {
                Programs.table().contents(version, out);
              }
            });
    int main =
        g.source(
            "main",
            ListSource.of(Event.of("a", 1), Event.of("a", 2), Event.of("a", 3), Event.of("a", 4)));
    g.lookingAt(view)
        .stage(
            "look",
            5,
            context ->
                new TestProcessor() {
                  @Override
                  protected long run(BatchContext batch) throws Exception {
                    batch.input(0).drain(record -> {});
                    seen.computeIfAbsent(
                            batch.descriptor().batch(),
                            b -> Collections.newSetFromMap(new IdentityHashMap<>()))
                        .add(batch.view(0));
                    return batch.input(0).watermark();
                  }
                },
            From.of(main, Exchange.KEYED));

    // one slot, so that the identity sets need no lock
    assertThat(run(g.build(), EngineSettings.defaults().withSlots(1))).isEqualTo(JobState.DONE);
    assertThat(seen).hasSizeGreaterThan(4);
    seen.forEach((batch, versions) -> assertThat(versions).as("batch %s", batch).hasSize(1));
    assertThat(made.get()).as("two records, and the end").isEqualTo(3);
  }

  @Test
  void theNextBatchIsReadWhileTheLastIsStillComputed() throws Exception {
    CountDownLatch nextHasBeenRead = new CountDownLatch(1);
    GraphBuilder g = GraphBuilder.streaming("pipelined").maxRecordsPerBatch(1);
    int read =
        g.source(
            "read",
            ScriptedSource.stream()
                .elements(Event.of("a", 1))
                .elements(Event.of("a", 2))
                .watermark(Watermarks.MAX),
            Programs.map(
                event -> {
                  if (event.value() == 2) {
                    nextHasBeenRead.countDown();
                  }
                  return event;
                }));
    g.stage(
        "slow",
        1,
        Programs.map(
            event -> {
              try {
                if (event.value() == 1 && !nextHasBeenRead.await(20, TimeUnit.SECONDS)) {
                  throw new IllegalStateException("the second batch waits for the first");
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return event;
            }),
        From.of(read, Exchange.KEYED));

    assertThat(run(g.build(), EngineSettings.defaults().withSlots(2))).isEqualTo(JobState.DONE);
  }

  @Test
  void whatIsEncodedComesOutTheSame() throws Exception {
    GraphBuilder g = GraphBuilder.bounded("encoded").encodeAlways();
    int read = g.source("read", ListSource.of(Event.of("a", 1), Event.of("b", 2)));
    int sum = g.stage("sum", 3, Programs.runningSum(), From.of(read, Exchange.KEYED));
    g.stage("sink", 1, Programs.sink(result), From.of(sum, Exchange.GATHER));
    assertThat(run(g.build())).isEqualTo(JobState.DONE);
    assertThat(result).containsExactlyInAnyOrder(Event.of("a", 1), Event.of("b", 2));
  }

  private static JobState run(JobGraph graph) throws Exception {
    return run(graph, EngineSettings.defaults());
  }

  private static JobState run(JobGraph graph, EngineSettings settings) throws Exception {
    try (EmbeddedEngine engine = EmbeddedEngine.start(settings)) {
      JobHandle job = engine.submit(graph, JobListener.NONE);
      JobState state = job.await(LONG).orElse(job.state());
      job.failure().ifPresent(f -> f.cause().printStackTrace());
      return state;
    }
  }
}
