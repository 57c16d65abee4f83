package dev.sluice.executor.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.ScriptedSource;
import dev.sluice.executor.node.EmbeddedEngine;
import dev.sluice.executor.node.EngineSettings;
import dev.sluice.executor.task.ExecutorSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's simple programs give the same over connections as within a process. */
class NettyEngineTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void sumsPerKeyOverAShuffle(int executors) throws Exception {
    same(
        executors,
        NetSettings.loopback(),
        result -> {
          GraphBuilder g = GraphBuilder.bounded("sums");
          int read = g.source("read", ListSource.of(splits(6, 500)));
          int sum = g.stage("sum", 7, Programs.windowedSum(10), From.of(read, Exchange.KEYED));
          g.stage("sink", 2, Programs.sink(result), From.of(sum, Exchange.SCATTER));
          return g.build();
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void smallBatchesAndBudgetsGiveTheSame(boolean compress) throws Exception {
    same(
        3,
        NetSettings.loopback().withCompress(compress).withSecret("a secret that all share"),
        result -> {
          GraphBuilder g = GraphBuilder.bounded("small").maxRecordsPerBatch(40);
          g.settings(
              s ->
                  new JobSettings(
                      s.clockMode(),
                      s.encodeAtShuffle(),
                      s.maxParallelism(),
                      s.pipelineDepth(),
                      s.maxRecordsPerBatch(),
                      s.maxSettleRounds(),
                      1000,
                      s.maxTaskRetries(),
                      s.acknowledgeOnCheckpoint(),
                      s.checkpointIntervalMillis(),
                      1));
          int read = g.source("read", ListSource.of(splits(5, 300)));
          int one = g.stage("one", 4, Programs.passOn(), From.of(read, Exchange.SCATTER));
          int sum = g.stage("sum", 5, Programs.sumAtEnd(), From.of(one, Exchange.KEYED));
          g.stage("sink", 1, Programs.sink(result), From.of(sum, Exchange.GATHER));
          return g.build();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void joinsAndLooksUpAView(int executors) throws Exception {
    same(
        executors,
        NetSettings.loopback(),
        result -> {
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
              g.lookingAt(view)
                  .stage("look up", 3, Programs.lookUp(), From.of(join, Exchange.FORWARD));
          g.stage("sink", 1, Programs.sink(result), From.of(lookUp, Exchange.GATHER));
          return g.build();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {3})
  void aStreamGoesOnOverCutConnections(int executors) throws Exception {
    Queue<Event> result = new ConcurrentLinkedQueue<>();
    GraphBuilder g = GraphBuilder.streaming("cut").maxRecordsPerBatch(1);
    ScriptedSource script = ScriptedSource.stream();
    for (int i = 0; i < 200; i++) {
      script = script.elements(Event.of("k" + i % 7, 1));
    }
    NettyEngine[] engine = new NettyEngine[1];
    int read =
        g.source(
            "read",
            script.watermark(Watermarks.MAX),
            Programs.map(
                event -> {
                  if (event.key().equals("k3")) {
                    engine[0].cutConnections();
                  }
                  return event;
                }));
    int sum = g.stage("sum", 5, Programs.sumAtEnd(), From.of(read, Exchange.KEYED));
    g.stage("sink", 1, Programs.sink(result), From.of(sum, Exchange.GATHER));

    NetSettings patient =
        NetSettings.loopback().withLimits(NetLimits.DEFAULTS.withMillis(10_000, 10_000, 10_000));
    try (NettyEngine cut = new NettyEngine(settings(executors), patient, new ByReference())) {
      engine[0] = cut;
      JobHandle job = cut.submit(g.build(), JobListener.NONE);
      assertThat(job.await(LONG)).contains(JobState.DONE);
      assertThat(cut.troubles()).isEmpty();
    }
    assertThat(result.stream().mapToLong(Event::value).sum()).isEqualTo(200);
    assertThat(result).hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {2})
  void aThrowingTaskFailsTheJobWithWhatItThrew(int executors) throws Exception {
    GraphBuilder g = GraphBuilder.bounded("fails");
    int read = g.source("read", ListSource.of(splits(4, 20)));
    g.stage(
        "picky",
        2,
        Programs.map(
            event -> {
              throw new IllegalStateException("no " + event.key());
            }),
        From.of(read, Exchange.KEYED));
    try (NettyEngine engine = NettyEngine.start(settings(executors))) {
      JobHandle job = engine.submit(g.build(), JobListener.NONE);
      assertThat(job.await(LONG)).contains(JobState.FAILED);
      assertThat(job.failure().orElseThrow().stage()).isEqualTo("picky");
      assertThat(job.failure().orElseThrow().cause())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("no k");
    }
  }

  private static List<List<Event>> splits(int splits, int each) {
    List<List<Event>> all = new ArrayList<>();
    for (int s = 0; s < splits; s++) {
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < each; i++) {
        events.add(new Event("k" + (i * 31 + s) % 23, i, (i * 7L) % 50));
      }
      all.add(events);
    }
    return all;
  }

  private static EngineSettings settings(int executors) {
    return EngineSettings.defaults().withExecutors(executors).withSlots(2);
  }

  private static void same(int executors, NetSettings net, Function<Queue<Event>, JobGraph> program)
      throws Exception {
    Queue<Event> expected = new ConcurrentLinkedQueue<>();
    try (EmbeddedEngine engine = EmbeddedEngine.start(settings(executors))) {
      JobHandle job = engine.submit(program.apply(expected), JobListener.NONE);
      assertThat(job.await(LONG)).contains(JobState.DONE);
    }
    Queue<Event> result = new ConcurrentLinkedQueue<>();
    try (NettyEngine engine = new NettyEngine(settings(executors), net, new ByReference())) {
      JobHandle job = engine.submit(program.apply(result), JobListener.NONE);
      JobState state = job.await(LONG).orElse(job.state());
      assertThat(engine.troubles()).isEmpty();
      assertThat(state).isEqualTo(JobState.DONE);
      for (ExecutorSnapshot snapshot : engine.inspect()) {
        assertThat(snapshot.jobs()).isEmpty();
      }
    }
    assertThat(result).isNotEmpty().containsExactlyInAnyOrderElementsOf(expected);
  }
}
