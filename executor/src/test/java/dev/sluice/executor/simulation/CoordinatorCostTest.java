package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.StageProgram;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.simulation.LargeCluster.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/**
 * What a job costs the coordinator: a message every 100 ms, however many batches, executors and
 * records there are; what goes with their number are starts, ends, checkpoints, and tasks that
 * report metrics.
 */
class CoordinatorCostTest {
  /** As many batches; the first ones warm up. */
  private static final int BATCHES = 24;

  private static final int MEASURED_FROM = 8;

  private static final int SUMS = 16;

  /**
   * How a job looks.
   *
   * @param checkpointMillis after how many batches there is a checkpoint: one takes a millisecond
   * @param metrics whether each source task reports metrics
   */
  private record Shape(
      int executors, int recordsPerBatch, long checkpointMillis, boolean metrics) {}

  private static JobGraph graph(Shape shape) {
    List<List<Event>> splits = new ArrayList<>();
    for (int split = 0; split < shape.executors; split++) {
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < BATCHES * shape.recordsPerBatch; i++) {
        events.add(Event.of("k" + i % 5, i));
      }
      splits.add(events);
    }
    GraphBuilder g = GraphBuilder.streaming("cost").maxRecordsPerBatch(shape.recordsPerBatch);
    StageProgram program = shape.metrics ? reporting() : Programs.passOn();
    int read = g.source("read", ListSource.of(splits), program);
    int sum = g.stage("sum", SUMS, Programs.sumAtEnd(), From.of(read, Exchange.KEYED));
    g.stage("sink", 1, Programs.sink(new ConcurrentLinkedQueue<>()), From.of(sum, Exchange.GATHER));
    if (shape.checkpointMillis > 0) {
      g.checkpoints(shape.checkpointMillis, false);
    }
    return g.replicated().build();
  }

  /** Passes on what comes, and reports metrics of every batch. */
  private static StageProgram reporting() {
    return context ->
        new Forwarding(Programs.passOn().create(context)) {
          @Override
          public TaskReport process(BatchContext batch) throws Exception {
            TaskReport report = super.process(batch);
            return new TaskReport(
                report.outputWatermarks(), report.nextWakeUp(), false, "metrics", false);
          }
        };
  }

  private record Measured(Cost start, Cost batches, int count, LargeCluster cluster) {
    static Measured of(Shape shape) throws Exception {
      LargeCluster cluster = new LargeCluster(shape.executors);
      TreeMap<Long, Cost> costs = cluster.run(graph(shape), shape.checkpointMillis > 0);
      long last = BATCHES - 2;
      Cost batches = costs.get(last).since(costs.get((long) MEASURED_FROM));
      Measured measured =
          new Measured(costs.get(-1L), batches, (int) last - MEASURED_FROM, cluster);
      System.out.printf(
          "%s: start %,d + %,d messages, %.1f ms; per batch %.1f + %.1f messages, %.0f us%n",
          shape,
          measured.start.heard(),
          measured.start.said(),
          measured.start.nanos() / 1e6,
          measured.perBatch(batches.heard()),
          measured.perBatch(batches.said()),
          measured.perBatch(batches.nanos()) / 1e3);
      System.out.println("  in " + cluster.heardOf() + ", out " + cluster.saidOf());
      return measured;
    }

    double perBatch(long of) {
      return (double) of / count;
    }
  }

  @Test
  void nothingPerBatchWhateverItsSize() throws Exception {
    for (int[] size : new int[][] {{10, 1}, {10, 100}, {1_000, 1}, {1_000, 10}}) {
      Measured measured = Measured.of(new Shape(size[0], size[1], 0, false));
      assertThat(measured.start.heard()).as("started").isEqualTo(size[0]);
      assertThat(measured.start.said()).as("start").isEqualTo(size[0] + 1);
      assertThat(measured.batches.heard()).as("messages in").isZero();
      assertThat(measured.batches.said()).as("messages out").isZero();
    }
  }

  @Test
  void aCheckpointIsReportedByEachPartitionOnce() throws Exception {
    int executors = 1_000;
    Measured measured = Measured.of(new Shape(executors, 1, 7, false));
    int partitions = executors + SUMS + 1;
    int checkpoints = measured.cluster.saidOf().get("CheckpointEnded");
    assertThat(checkpoints).isGreaterThan(1);
    assertThat(measured.cluster.heardOf().get("SnapshotTaken")).isEqualTo(checkpoints * partitions);
    assertThat(measured.cluster.heardOf().get("BatchOpened")).isEqualTo(checkpoints);
    assertThat(measured.cluster.heardOf().get("BatchCommitted")).isLessThan(checkpoints + 3);
  }

  @Test
  void aTaskWithMetricsIsOneMessageMore() throws Exception {
    int executors = 1_000;
    Measured measured = Measured.of(new Shape(executors, 1, 0, true));
    assertThat(measured.perBatch(measured.batches.heard())).isEqualTo(1 + executors);
    assertThat(measured.batches.said()).isZero();
  }
}
