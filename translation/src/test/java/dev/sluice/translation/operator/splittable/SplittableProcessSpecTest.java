package dev.sluice.translation.operator.splittable;

import static dev.sluice.translation.operator.splittable.SplittableKit.give;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.TaskReport;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Operator;
import java.util.List;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.BoundedPerElement;
import org.apache.beam.sdk.transforms.splittabledofn.ManualWatermarkEstimator;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SplittableProcessSpecTest {
  private final FakeOperatorContext context = new FakeOperatorContext("sdf");

  @BeforeEach
  void newLog() {
    Counting.LOG.clear();
    context.setProcessingTime(1000);
  }

  @AfterEach
  void endOfJob() throws Exception {
    context.closeShared();
  }

  private Operator operator(DoFn<String, ?> fn) throws Exception {
    return SplittableKit.spec(fn).create(context);
  }

  private List<Object> batch(Operator operator, long now, long watermark) throws Exception {
    context.nextBatch();
    context.setProcessingTime(now);
    operator.startBatch();
    operator.finishBatch(watermark);
    List<Object> values = context.values(0);
    context.take(0);
    return values;
  }

  @Test
  void aResidualIsResumedAfterItsDelayAndOnceABatch() throws Exception {
    Operator operator = operator(new Counting(2));
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, 5), 0);
    operator.finishBatch(BeamTime.MAX);

    assertThat(context.values(0)).containsExactly(0, 1);
    context.take(0);
    assertThat(operator.nextWakeUp()).isEqualTo(1011);
    assertThat(batch(operator, 1010, BeamTime.MAX)).isEmpty();
    assertThat(batch(operator, 1011, BeamTime.MAX)).containsExactly(2, 3);
    assertThat(batch(operator, 5000, BeamTime.MAX)).containsExactly(4);
    assertThat(operator.nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);
    assertThat(operator.outputWatermark()).isEqualTo(BeamTime.MAX);
  }

  @Test
  void theEstimatorHoldsTheWatermarkWhileSomethingIsLeft() throws Exception {
    Operator operator = operator(new Counting(2));
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, 5), 0);
    operator.finishBatch(50);
    assertThat(operator.outputWatermark()).isEqualTo(2);

    batch(operator, 1011, 60);
    assertThat(operator.outputWatermark()).isEqualTo(4);
    batch(operator, 1022, 60);
    assertThat(operator.outputWatermark()).isEqualTo(60);
  }

  @Test
  void lateElementsAreProcessedAndDoNotMoveTheWatermarkBack() throws Exception {
    Operator operator = operator(new Counting(2));
    operator.startBatch();
    operator.finishBatch(1_000_000);
    operator.startBatch();
    give(operator, "late", new OffsetRange(0, 5), 0);
    operator.finishBatch(1_000_000);

    assertThat(context.values(0)).containsExactly(0, 1);
    assertThat(operator.outputWatermark()).isEqualTo(1_000_000);
  }

  @Test
  void outputsKeepTheirTimestampsAndWindows() throws Exception {
    Operator operator = operator(new Counting(2));
    operator.startBatch();
    give(operator, "x", new OffsetRange(7, 8), 3);
    operator.finishBatch(50);

    assertThat(context.outputs(0))
        .extracting(WindowedValue::getTimestamp)
        .isEqualTo(List.of(new Instant(7)));
  }

  @Test
  void aBatchIsABundleAndOnlyWhereThereIsWork() throws Exception {
    Operator operator = operator(new Counting(2));
    operator.startBatch();
    operator.finishBatch(1);
    assertThat(Counting.LOG).isEmpty();

    operator.startBatch();
    give(operator, "x", new OffsetRange(0, 3), 0);
    give(operator, "y", new OffsetRange(0, 1), 0);
    operator.finishBatch(50);
    batch(operator, 1005, 50);
    batch(operator, 1011, 50);
    operator.close();

    assertThat(Counting.LOG)
        .containsExactly(
            "setup",
            "start",
            "process x",
            "process y",
            "finish",
            "start",
            "process x",
            "finish",
            "teardown");
  }

  @Test
  void finalizersRunWhenTheBatchIsSafe() throws Exception {
    Operator operator = operator(new Counting(2));
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, 3), 0);
    operator.finishBatch(50);
    assertThat(operator.wantsAcknowledge()).isTrue();
    batch(operator, 1005, 50);
    assertThat(operator.wantsAcknowledge()).isFalse();

    assertThat(Counting.LOG).doesNotContain("safe x");
    operator.acknowledge(0);
    operator.acknowledge(1);
    assertThat(Counting.LOG).containsOnlyOnce("safe x");
  }

  @Test
  void whatIsLeftSurvivesARestore() throws Exception {
    FakeSnapshot snapshot = new FakeSnapshot();
    Operator operator = operator(new Counting(2));
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, 5), 0);
    operator.finishBatch(50);
    operator.snapshot(snapshot, false);
    operator.snapshotCommitted(true);
    assertThat(snapshot.size()).isEqualTo(1);
    context.take(0);

    Operator restored = operator(new Counting(2));
    restored.restore(snapshot);
    restored.restoreWatermarks(50, 2);
    assertThat(restored.nextWakeUp()).isEqualTo(1011);
    assertThat(batch(restored, 1011, 60)).containsExactly(2, 3);
    assertThat(restored.outputWatermark()).isEqualTo(4);
    assertThat(batch(restored, 1022, 60)).containsExactly(4);
    restored.snapshot(snapshot, false);
    assertThat(snapshot.size()).isZero();
  }

  @Test
  void whileDrainedWhatIsLeftIsTruncatedOnceAndFinished() throws Exception {
    Operator operator = operator(new Counting(40));
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, Long.MAX_VALUE), 0);
    operator.finishBatch(50);
    context.take(0);

    context.drain();
    assertThat(batch(operator, 1005, 60)).isEmpty(); // not its turn
    assertThat(batch(operator, 1011, 60)).hasSize(40);
    assertThat(batch(operator, 1022, 60)).hasSize(20);
    assertThat(operator.nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);
    assertThat(operator.outputWatermark()).isEqualTo(60);
    assertThat(Counting.LOG).containsOnlyOnce("truncate");
  }

  @Test
  void whileDrainedWhatIsTruncatedToNothingIsGoneAtOnce() throws Exception {
    Operator operator = operator(new Counting(40));
    operator.startBatch();
    give(operator, "x", new OffsetRange(90, Long.MAX_VALUE), 0);
    operator.finishBatch(50);
    context.take(0);

    context.drain();
    assertThat(batch(operator, 1005, 60)).isEmpty();
    assertThat(operator.nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);
    assertThat(operator.outputWatermark()).isEqualTo(60);

    operator.startBatch();
    give(operator, "new", new OffsetRange(200, Long.MAX_VALUE), 0);
    operator.finishBatch(60);
    assertThat(context.values(0)).isEmpty();
  }

  @Test
  void theNumberOfOutputsIsBounded() throws Exception {
    Operator operator =
        SplittableKit.spec(new Eager())
            .withBudget(new SplittableBudget(10, 1_000_000))
            .create(context);
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, 25), 0);
    operator.finishBatch(50);

    assertThat(context.take(0)).hasSize(10);
    assertThat(operator.nextWakeUp()).isEqualTo(1001);
    assertThat(batch(operator, 1001, 50)).hasSize(10);
    assertThat(batch(operator, 1002, 50)).hasSize(5);
  }

  @Test
  void theTimeIsBounded() throws Exception {
    Operator operator =
        SplittableKit.spec(new Counting(Integer.MAX_VALUE))
            .withBudget(new SplittableBudget(Integer.MAX_VALUE, 1))
            .create(context);
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, Long.MAX_VALUE), 0); // would never return by itself
    operator.finishBatch(50);

    assertThat(operator.nextWakeUp()).isEqualTo(1001);
  }

  @Test
  void boundedWorkOfABoundedJobIsDoneInOneBatch() throws Exception {
    context.setWholeInput(true);
    Operator operator =
        SplittableKit.spec(new Eager()).withBudget(new SplittableBudget(10, 1)).create(context);
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, 20_000), 0);
    give(operator, "resume", new OffsetRange(0, 5), 0);
    operator.finishBatch(BeamTime.MIN);

    assertThat(context.values(0)).hasSize(20_005);
    assertThat(operator.nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);
  }

  @Test
  void anErrorKeepsItsCauseAndTheInstanceIsTornDown() throws Exception {
    Operator operator = operator(new Failing());
    operator.startBatch();

    assertThatThrownBy(() -> give(operator, "x", new OffsetRange(0, 5), 0))
        .isInstanceOf(UserCodeException.class)
        .hasCause(new IllegalStateException("in process"));
    operator.close();
    assertThat(Counting.LOG).endsWith("teardown").doesNotContain("finish");
  }

  @Test
  void twoItemsOfOneKeyAreRefused() throws Exception {
    Operator operator = operator(new Counting(2));
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, 5), 0);

    assertThatThrownBy(() -> give(operator, "x", new OffsetRange(0, 5), 0))
        .hasMessageContaining("same key");
  }

  /** Emits everything as long as it may; resumed after each if its element says so. */
  @BoundedPerElement
  static final class Eager extends DoFn<String, Integer> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public ProcessContinuation process(
        @Element String element,
        RestrictionTracker<OffsetRange, Long> tracker,
        OutputReceiver<Integer> out) {
      for (long i = tracker.currentRestriction().getFrom(); tracker.tryClaim(i); i++) {
        out.output((int) i);
        if (element.equals("resume")) {
          return ProcessContinuation.resume();
        }
      }
      return ProcessContinuation.stop();
    }

    @GetInitialRestriction
    public OffsetRange range() {
      return new OffsetRange(0, 10);
    }
  }

  static final class Failing extends Counting {
    private static final long serialVersionUID = 1;

    Failing() {
      super(1);
    }

    @Override
    public ProcessContinuation process(
        String element,
        RestrictionTracker<OffsetRange, Long> tracker,
        ManualWatermarkEstimator<Instant> watermark,
        OutputReceiver<Integer> out,
        BundleFinalizer finalizer) {
      throw new IllegalStateException("in process");
    }
  }
}
