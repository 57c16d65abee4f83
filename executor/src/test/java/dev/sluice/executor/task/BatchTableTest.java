package dev.sluice.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * When a task is ready, and at which watermark: a stage that reads two, over an edge of each kind.
 */
class BatchTableTest {
  private static final int WHOLE = 0;
  private static final int LOCAL = 1;
  private static final int BOTH = 2;

  private final Topology topology = new Topology(plan(1), 0);
  private final BatchTable table = new BatchTable(topology, 7);

  private static JobPlan plan(int executors) {
    GraphBuilder g = GraphBuilder.bounded("readiness");
    List<Event> none = List.of();
    g.source("whole", ListSource.of(List.of(none, none)));
    g.source("local", ListSource.of(List.of(none, none, none)));
    g.stage(
        "both",
        2,
        Programs.passOn(),
        From.of(WHOLE, Exchange.KEYED),
        From.of(LOCAL, Exchange.FORWARD));
    return new JobPlan(
        "job", 1, g.build(), Assignment.spread(executors), 0, false, 0, Long.MIN_VALUE);
  }

  private void open() {
    BatchDescriptor descriptor =
        new BatchDescriptor("job", 1, 7, BatchKind.DATA, 0, 0, false, false, false, false, 1);
    table.open(new OpenBatch(descriptor, 1, List.of()));
  }

  /** A partition releases, and whoever waits for it is told, as {@link BatchFlow} does. */
  private void release(int stage, int partition, long watermark) {
    boolean whole = table.released(stage, partition, new long[] {watermark});
    if (stage == LOCAL) {
      table.localArrived(BOTH, partition % 2);
    } else if (whole) {
      table.wholeArrived(BOTH);
    }
  }

  @Test
  void nothingIsReadyBeforeTheDescriptorIsKnown() {
    assertThat(table.isReady(WHOLE, 0)).isFalse();
    open();
    assertThat(table.isReady(WHOLE, 0)).isTrue();
    assertThat(table.isReady(BOTH, 0)).isFalse();
  }

  @Test
  void aTaskIsReadyWhenItsOwnProducersHaveReleased() {
    open();
    release(WHOLE, 0, 10);
    release(WHOLE, 1, 20);
    release(LOCAL, 1, 5);
    assertThat(table.isReady(BOTH, 1)).isTrue();
    assertThat(table.isReady(BOTH, 0)).isFalse();
    release(LOCAL, 0, 30);
    assertThat(table.isReady(BOTH, 0)).isFalse();
    release(LOCAL, 2, 8);
    assertThat(table.isReady(BOTH, 0)).isTrue();
  }

  @Test
  void theInputWatermarkIsTheLeastOfTheProducersOfAPartition() {
    open();
    StageSpec both = topology.stage(BOTH);
    release(WHOLE, 0, 10);
    release(WHOLE, 1, 20);
    release(LOCAL, 0, 30);
    release(LOCAL, 1, 5);
    release(LOCAL, 2, 8);
    assertThat(table.inputWatermark(both, 0, 0)).isEqualTo(8);
    assertThat(table.inputWatermark(both, 1, 0)).isEqualTo(5);
  }

  @Test
  void beginsAnewForALaterBatch() {
    open();
    release(WHOLE, 0, 10);
    release(WHOLE, 1, 20);
    table.reset(8);
    assertThat(table.batch()).isEqualTo(8);
    assertThat(table.open()).isNull();
    assertThat(table.isReleased(WHOLE)).isFalse();
    assertThat(table.outputWatermark(WHOLE, 0)).isEqualTo(Watermarks.MAX);
  }

  @Test
  void aNarrowProducerFeedsAWideStageAsAWhole() {
    GraphBuilder g = GraphBuilder.bounded("wide");
    List<Event> none = List.of();
    int read = g.source("narrow", ListSource.of(List.of(none, none)));
    g.stage("wide", 3, Programs.passOn(), From.of(read, Exchange.FORWARD));
    JobPlan plan =
        new JobPlan("job", 1, g.build(), Assignment.spread(1), 0, false, 0, Long.MIN_VALUE);
    Topology wide = new Topology(plan, 0);
    assertThat(wide.local[0]).isFalse();
    assertThat(wide.wholeInputs[1]).isEqualTo(1);
  }

  @Test
  void everyPartitionHasOneOwner() {
    int owned = 0;
    for (int executor = 0; executor < 3; executor++) {
      Topology one = new Topology(plan(3), executor);
      owned += one.ownedPartitions;
      assertThat(one.listeners[WHOLE]).doesNotContain(executor);
    }
    assertThat(owned).isEqualTo(7);
  }
}
