package dev.sluice.executor.node;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.ScriptedSource;
import java.lang.management.ManagementFactory;
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
      idle(engine, false);
      idle(engine, true);
    }
  }

  /**
   * How much of a core a job uses whose sources are idle, and one whose watermark follows the
   * clock.
   */
  private static void idle(EmbeddedEngine engine, boolean watermarkMoves) throws Exception {
    GraphBuilder g = GraphBuilder.streaming("idle");
    int stage = g.source("read", new IdleSource(4, watermarkMoves));
    for (int i = 1; i < 10; i++) {
      stage = g.stage("stage " + i, 4, Programs.passOn(), From.of(stage, Exchange.KEYED));
    }
    JobHandle job = engine.submit(g.build(), JobListener.NONE);
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Thread.sleep(2_000); // a measurement by hand: the compiler has settled
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    Thread.sleep(10_000);
    double share = (double) (system.getProcessCpuTime() - cpu) / (System.nanoTime() - start);
    System.out.printf(
        "idle%s: %.2f %% of a core, %d batches%n",
        watermarkMoves ? ", watermark moves" : "", share * 100, job.progress().committed());
    job.cancel();
    job.await(Duration.ZERO);
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

  /** Gives nothing, for ever. */
  private record IdleSource(int splits, boolean watermarkMoves) implements SourceProgram {
    @Override
    public boolean unbounded() {
      return true;
    }

    @Override
    public boolean repeatable() {
      return false;
    }

    @Override
    public SourceReader open(ProcessorContext context, byte[] mark) {
      return new SourceReader() {
        @Override
        public SourceStatus poll() {
          return SourceStatus.idle(watermark());
        }

        @Override
        public void read(BatchDescriptor descriptor, RecordConsumer out) {}

        @Override
        public long watermark() {
          return watermarkMoves ? System.currentTimeMillis() : 0;
        }

        @Override
        public byte[] mark() {
          return new byte[0];
        }

        @Override
        public void close() {}
      };
    }
  }

  private static void run(EmbeddedEngine engine, JobGraph graph) throws Exception {
    JobHandle job = engine.submit(graph, JobListener.NONE);
    job.await(Duration.ZERO);
  }
}
