package dev.sluice.executor.node;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.ScriptedSource;
import java.time.Duration;

/**
 * Prints what the engine costs when there is nothing to compute: a batch, and a job. Run by hand.
 */
final class FixedCosts {
  private FixedCosts() {}

  public static void main(String[] args) throws Exception {
    try (EmbeddedEngine engine = EmbeddedEngine.start(EngineSettings.defaults())) {
      for (int round = 0; round < 5; round++) {
        batches(engine, 10, 4, 5_000);
      }
      batches(engine, 5, 128, 2_000);
      for (int round = 0; round < 5; round++) {
        jobs(engine, 200);
      }
    }
  }

  private static void batches(EmbeddedEngine engine, int stages, int partitions, int batches)
      throws Exception {
    ScriptedSource script = ScriptedSource.script();
    for (int i = 0; i < batches; i++) {
      script.watermark(i);
    }
    GraphBuilder g = GraphBuilder.bounded("empty");
    g.settings(s -> s.withClockMode(ClockMode.SCRIPTED));
    int stage = g.source("read", script.watermark(Watermarks.MAX));
    for (int i = 1; i < stages; i++) {
      stage = g.stage("stage " + i, partitions, Programs.passOn(), From.of(stage, Exchange.KEYED));
    }
    long start = System.nanoTime();
    run(engine, g.build());
    long nanos = System.nanoTime() - start;
    System.out.printf(
        "%d stages, %d partitions: %.1f us per empty batch%n",
        stages, partitions, nanos / 1e3 / batches);
  }

  private static void jobs(EmbeddedEngine engine, int jobs) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < jobs; i++) {
      GraphBuilder g = GraphBuilder.bounded("trivial");
      int read = g.source("read", ListSource.of(Event.of("a", 1)));
      g.stage("sum", 4, Programs.windowedSum(10), From.of(read, Exchange.KEYED));
      run(engine, g.build());
    }
    System.out.printf("%.3f ms per trivial job%n", (System.nanoTime() - start) / 1e6 / jobs);
  }

  private static void run(EmbeddedEngine engine, JobGraph graph) throws Exception {
    JobHandle job = engine.submit(graph, JobListener.NONE);
    job.await(Duration.ZERO);
  }
}
