package dev.sluice.translation.operator.grouping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.TaskReport;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.grouping.GroupingStage.Maker;
import dev.sluice.translation.operator.grouping.GroupingStage.Pane;
import java.util.List;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.PaneInfo.Timing;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Window.ClosingBehavior;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.apache.beam.sdk.values.WindowingStrategy.AccumulationMode;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What groupings emit, when, and what they hold back. */
class GroupByKeyTest {
  private static final long MIN = GroupingStage.MIN;
  private static final long MAX = GroupingStage.MAX;
  private static final WindowingStrategy<?, ?> FIXED =
      WindowingStrategy.of(FixedWindows.of(Duration.millis(10)));
  private static final IntervalWindow FIRST = window(0, 10);
  private static final PaneInfo ONLY = PaneInfo.ON_TIME_AND_ONLY_FIRING;

  /** The streaming operators, which must not differ. */
  enum Streaming {
    GENERAL(GroupByKeyOperator::new),
    FAST(FastGroupByKeyOperator::new);

    private final Maker maker;

    Streaming(Maker maker) {
      this.maker = maker;
    }

    GroupingStage stage(WindowingStrategy<?, ?> windowing) {
      return new GroupingStage(GroupingStage.grouping(windowing), maker);
    }
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void aWindowFiresOnceTheWatermarkHasPassedItsEnd(Streaming streaming) throws Exception {
    GroupingStage stage = streaming.stage(FIXED);
    stage.batch(MIN, stage.element("a", "1", 3), stage.element("b", "2", 4));
    stage.batch(9, stage.element("a", "3", 5));
    assertThat(stage.take()).isEmpty();
    assertThat(stage.operator().outputWatermark()).isEqualTo(9);

    // The watermark stands at the end of the window: what comes now is still on time.
    stage.batch(10, stage.element("a", "4", 9));
    assertThat(stage.take())
        .containsExactlyInAnyOrder(
            new Pane("a", List.of("1", "3", "4"), 9, List.of(FIRST), ONLY),
            new Pane("b", List.of("2"), 9, List.of(FIRST), ONLY));
    assertThat(stage.operator().outputWatermark()).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void lateElementsAreDroppedAndCounted(Streaming streaming) throws Exception {
    GroupingStage stage = streaming.stage(FIXED);
    stage.batch(10);
    stage.batch(20, stage.element("a", "late", 9), stage.element("a", "on time", 10));
    assertThat(stage.take())
        .containsExactly(new Pane("a", List.of("on time"), 19, List.of(window(10, 20)), ONLY));
    assertThat(dropped(stage)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void theEarliestTimestampHoldsTheOutputBack(Streaming streaming) throws Exception {
    GroupingStage stage = streaming.stage(FIXED.withTimestampCombiner(TimestampCombiner.EARLIEST));
    stage.batch(2, stage.element("a", "1", 3));
    stage.batch(8, stage.element("a", "2", 6));
    assertThat(stage.operator().outputWatermark()).isEqualTo(3);
    stage.batch(15);
    assertThat(stage.take())
        .containsExactly(new Pane("a", List.of("1", "2"), 3, List.of(FIRST), ONLY));
    assertThat(stage.operator().outputWatermark()).isEqualTo(15);
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void panesSayWhenADrainHasCausedThem(Streaming streaming) throws Exception {
    GroupingStage stage = streaming.stage(FIXED);
    stage.batch(MIN, stage.element("a", "1", 3));
    stage.context().drain();
    stage.batch(MAX);
    assertThat(stage.context().outputs(0))
        .extracting(WindowedValue::causedByDrain)
        .containsExactly(CausedByDrain.CAUSED_BY_DRAIN);
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void goesOnAfterARestore(Streaming streaming) throws Exception {
    GroupingStage stage = streaming.stage(FIXED.withTimestampCombiner(TimestampCombiner.EARLIEST));
    FakeSnapshot rows = new FakeSnapshot();
    stage.batch(2, stage.element("a", "1", 3));
    stage.restart(rows, true);
    stage.batch(5, stage.element("a", "2", 6), stage.element("b", "3", 7));
    stage.restart(rows, false);
    assertThat(stage.operator().outputWatermark()).isEqualTo(3);
    stage.batch(10);
    stage.restart(rows, false);
    stage.batch(12, stage.element("a", "late", 9));
    assertThat(stage.take())
        .containsExactlyInAnyOrder(
            new Pane("a", List.of("1", "2"), 3, List.of(FIRST), ONLY),
            new Pane("b", List.of("3"), 7, List.of(FIRST), ONLY));
    stage.restart(rows, false);
    assertThat(rows.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void anAbortedSnapshotIsWrittenAgain(Streaming streaming) throws Exception {
    GroupingStage stage = streaming.stage(FIXED);
    FakeSnapshot rows = new FakeSnapshot();
    stage.batch(MIN, stage.element("a", "1", 3), stage.element("a", "2", 13));
    stage.operator().snapshot(new FakeSnapshot(), true);
    stage.operator().snapshotCommitted(false);
    stage.batch(10);
    stage.restart(rows, false);
    stage.batch(MAX);
    assertThat(stage.take())
        .containsExactly(
            new Pane("a", List.of("1"), 9, List.of(FIRST), ONLY),
            new Pane("a", List.of("2"), 19, List.of(window(10, 20)), ONLY));
  }

  @Test
  void withinTheAllowedLatenessAPaneIsLateAndThenNothingIsLeft() throws Exception {
    GroupingStage stage =
        Streaming.GENERAL.stage(
            FIXED
                .withAllowedLateness(Duration.millis(5))
                .withMode(AccumulationMode.ACCUMULATING_FIRED_PANES));
    // At the end of the window: not fired, and still on time.
    stage.batch(9, stage.element("a", "1", 3));
    stage.batch(10, stage.element("a", "2", 4));
    assertThat(stage.take())
        .containsExactly(
            new Pane(
                "a",
                List.of("1", "2"),
                9,
                List.of(FIRST),
                PaneInfo.createPane(true, false, Timing.ON_TIME, 0, 0)));
    // At the expiry a late element is kept, past it dropped.
    stage.batch(14);
    stage.batch(14, stage.element("a", "3", 5));
    assertThat(stage.take())
        .containsExactly(
            new Pane(
                "a",
                List.of("1", "2", "3"),
                9,
                List.of(FIRST),
                PaneInfo.createPane(false, false, Timing.LATE, 1, 1)));
    stage.batch(15);
    stage.batch(15, stage.element("a", "4", 6));
    assertThat(stage.take()).isEmpty();
    assertThat(dropped(stage)).isEqualTo(1);
    FakeSnapshot rows = new FakeSnapshot();
    stage.operator().snapshot(rows, true);
    assertThat(rows.size()).isZero();
  }

  @Test
  void processingTimeTriggersWakeUpAndFireEarly() throws Exception {
    GroupingStage stage =
        Streaming.GENERAL.stage(
            WindowingStrategy.globalDefault()
                .withTrigger(
                    Repeatedly.forever(
                        AfterProcessingTime.pastFirstElementInPane()
                            .plusDelayOf(Duration.millis(5))))
                .withMode(AccumulationMode.DISCARDING_FIRED_PANES));
    stage.context().setProcessingTime(100);
    stage.batch(MIN, stage.element("a", "1", 3));
    assertThat(stage.operator().nextWakeUp()).isEqualTo(106);
    stage.context().setProcessingTime(105);
    stage.batch(MIN);
    assertThat(stage.take()).isEmpty();
    stage.context().setProcessingTime(106);
    stage.batch(MIN);
    assertThat(stage.take())
        .containsExactly(
            new Pane(
                "a",
                List.of("1"),
                GlobalWindow.INSTANCE.maxTimestamp().getMillis(),
                List.of(GlobalWindow.INSTANCE),
                PaneInfo.createPane(true, false, Timing.EARLY, 0, -1)));
    assertThat(stage.operator().nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);
  }

  @Test
  void aKeyIsLookedAtOncePerBatch() throws Exception {
    GroupingStage stage =
        Streaming.GENERAL.stage(
            WindowingStrategy.globalDefault()
                .withTrigger(Repeatedly.forever(AfterPane.elementCountAtLeast(1)))
                .withMode(AccumulationMode.DISCARDING_FIRED_PANES));
    stage.batch(MIN, stage.element("a", "1", 3), stage.element("a", "2", 3));
    stage.batch(MIN, stage.element("a", "3", 3));
    assertThat(stage.take())
        .extracting(Pane::value)
        .containsExactly(List.of("1", "2"), List.of("3"));
  }

  @Test
  void whatWasEmittedDoesNotChangeAfterwards() throws Exception {
    GroupingStage stage =
        Streaming.GENERAL.stage(
            WindowingStrategy.globalDefault()
                .withTrigger(Repeatedly.forever(AfterPane.elementCountAtLeast(1)))
                .withMode(AccumulationMode.ACCUMULATING_FIRED_PANES));
    stage.batch(MIN, stage.element("a", "1", 3));
    stage.batch(MIN, stage.element("a", "2", 3));
    stage.batch(MAX);
    assertThat(stage.take())
        .extracting(Pane::value)
        .containsExactly(List.of("1"), List.of("1", "2"), List.of("1", "2"));
  }

  @Test
  void sessionsMergeAndTheirHoldsFollow() throws Exception {
    GroupingStage stage =
        Streaming.GENERAL.stage(
            WindowingStrategy.of(Sessions.withGapDuration(Duration.millis(10)))
                .withTimestampCombiner(TimestampCombiner.EARLIEST));
    FakeSnapshot rows = new FakeSnapshot();
    stage.batch(0, stage.element("a", "1", 0), stage.element("a", "3", 18));
    stage.restart(rows, true);
    stage.batch(5, stage.element("a", "2", 9));
    assertThat(stage.operator().outputWatermark()).isEqualTo(0);
    stage.restart(rows, false);
    stage.batch(28);
    assertThat(stage.take().stream().map(Pane::sorted))
        .containsExactly(new Pane("a", List.of("1", "2", "3"), 0, List.of(window(0, 28)), ONLY));
    assertThat(stage.operator().outputWatermark()).isEqualTo(28);
  }

  @Test
  void anEmptyFinalPaneHoldsUntilExpiry() throws Exception {
    GroupingStage stage =
        Streaming.GENERAL.stage(
            WindowingStrategy.of(FixedWindows.of(Duration.millis(10)))
                .withTrigger(AfterWatermark.pastEndOfWindow())
                .withAllowedLateness(Duration.millis(5))
                .withClosingBehavior(ClosingBehavior.FIRE_ALWAYS)
                .withTrigger(Repeatedly.forever(AfterWatermark.pastEndOfWindow()))
                .withMode(AccumulationMode.DISCARDING_FIRED_PANES));
    stage.batch(MIN, stage.element("a", "1", 3));
    stage.batch(12);
    stage.batch(15);
    assertThat(stage.take())
        .containsExactly(
            new Pane(
                "a",
                List.of("1"),
                9,
                List.of(FIRST),
                PaneInfo.createPane(true, false, Timing.ON_TIME, 0, 0)),
            new Pane(
                "a",
                List.of(),
                9,
                List.of(FIRST),
                PaneInfo.createPane(false, true, Timing.LATE, 1, 1)));
  }

  @Test
  void theWholeInputFiresWhenTheWatermarkLeapsToTheEnd() throws Exception {
    GroupingStage stage =
        new GroupingStage(
            GroupingStage.grouping(FIXED.withTimestampCombiner(TimestampCombiner.EARLIEST)),
            WholeInputGroupByKeyOperator::new);
    stage.batch(MIN, stage.element("a", "1", 13), stage.element("a", "2", 3));
    assertThat(stage.operator().outputWatermark()).isEqualTo(MIN);
    assertThatThrownBy(() -> stage.operator().snapshot(new FakeSnapshot(), true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("group");
    stage.batch(MIN, stage.element("a", "3", 12));
    stage.batch(MAX, stage.element("a", "4", 1));
    assertThat(stage.take())
        .containsExactlyInAnyOrder(
            new Pane("a", List.of("2", "4"), 1, List.of(FIRST), ONLY),
            new Pane("a", List.of("1", "3"), 12, List.of(window(10, 20)), ONLY));
    assertThat(stage.operator().outputWatermark()).isEqualTo(MAX);
    stage.operator().snapshot(new FakeSnapshot(), true);
  }

  @Test
  void sessionsOfTheWholeInputMergeKeyByKey() throws Exception {
    GroupingStage stage =
        new GroupingStage(
            GroupingStage.grouping(
                WindowingStrategy.of(Sessions.withGapDuration(Duration.millis(10)))),
            WholeInputMergingOperator::new);
    stage.batch(MIN, stage.element("a", "1", 0), stage.element("b", "9", 50));
    stage.batch(MIN, stage.element("a", "3", 18), stage.element("a", "2", 9));
    assertThat(stage.take()).isEmpty();
    stage.batch(MAX);
    assertThat(stage.take().stream().map(Pane::sorted))
        .containsExactlyInAnyOrder(
            new Pane("a", List.of("1", "2", "3"), 27, List.of(window(0, 28)), ONLY),
            new Pane("b", List.of("9"), 59, List.of(window(50, 60)), ONLY));
    assertThat(stage.operator().outputWatermark()).isEqualTo(MAX);
  }

  private static long dropped(GroupingStage stage) {
    MetricsContainerImpl metrics = stage.context().metrics();
    return metrics.getCounter(WindowedReducer.DROPPED_DUE_TO_LATENESS).getCumulative();
  }

  private static IntervalWindow window(long start, long end) {
    return new IntervalWindow(Instant.ofEpochMilli(start), Instant.ofEpochMilli(end));
  }

  @Test
  void emptyBatchesDoNothing() throws Exception {
    for (Streaming streaming : Streaming.values()) {
      GroupingStage stage = streaming.stage(FIXED);
      stage.batch(MIN).batch(100).batch(MAX);
      assertThat(stage.take()).isEmpty();
      assertThat(stage.operator().outputWatermark()).isEqualTo(MAX);
    }
  }
}
