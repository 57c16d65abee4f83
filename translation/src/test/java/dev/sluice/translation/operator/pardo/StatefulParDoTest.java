package dev.sluice.translation.operator.pardo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.TaskReport;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Key;
import java.util.List;
import java.util.Objects;
import org.apache.beam.runners.core.StatefulDoFnRunner;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** State and timers within a batch and from batch to batch. */
class StatefulParDoTest {
  private static final long MIN = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();
  private static final long MAX = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();
  private static final WindowingStrategy<?, ?> GLOBAL = WindowingStrategy.globalDefault();
  private static final WindowingStrategy<?, ?> TENS =
      WindowingStrategy.of(FixedWindows.of(Duration.millis(10)));

  @Test
  void timersFireStrictlyAfterTheirTime() throws Exception {
    KeyedHarness harness = new KeyedHarness(new TwoTimers(7, 8), GLOBAL);
    harness.start().element("a", 1).finish(7);
    assertThat(harness.taken()).isEmpty();
    harness.advance(8);
    assertThat(harness.taken()).containsExactly("first a");
    harness.advance(9);
    assertThat(harness.taken()).containsExactly("second a");
  }

  @Test
  void timersOfABatchFireInOrderOfTimeAndAnEarlierOneMayClearALaterOne() throws Exception {
    KeyedHarness harness = new KeyedHarness(new TwoTimers(8, 7), GLOBAL);
    harness.start().element("a", 1).finish(100);
    assertThat(harness.taken()).containsExactly("second a", "first a");

    KeyedHarness clearing = new KeyedHarness(new ClearingTimer(), GLOBAL);
    clearing.start().element("a", 1).finish(100);
    assertThat(clearing.taken()).containsExactly("first");
  }

  @Test
  void aTimerSetByATimerFiresInTheSameBatchBeforeLaterOnes() throws Exception {
    KeyedHarness harness = new KeyedHarness(new LoopingTimer(), GLOBAL);
    harness.start().element("a", 10).finish(100);
    assertThat(harness.taken()).containsExactly("loop 20", "loop 30", "other 35", "loop 40");
    assertThat(harness.outputWatermark()).isEqualTo(100);
  }

  @Test
  void timersHoldAtTheirOutputTimestampAndResettingMovesTheHold() throws Exception {
    KeyedHarness harness = new KeyedHarness(new HoldingTimer(), GLOBAL);
    harness.start().element("a", 5).finish(20);
    assertThat(harness.outputWatermark()).isEqualTo(5);
    harness.start().element("a", 9).finish(20);
    assertThat(harness.outputWatermark()).isEqualTo(9);
    harness.advance(51);
    assertThat(harness.taken()).containsExactly("fired at 50 with 9");
    assertThat(harness.outputWatermark()).isEqualTo(51);
  }

  @Test
  void processingTimeTimersHoldAndFireAtTheOldWatermark() throws Exception {
    KeyedHarness harness = new KeyedHarness(new ProcessingTimer(), GLOBAL);
    harness.start().element("a", 5).finish(11);
    assertThat(harness.outputWatermark()).isEqualTo(5);
    assertThat(harness.operator.nextWakeUp()).isEqualTo(101);
    harness.advance(12, 100);
    assertThat(harness.taken()).isEmpty();
    harness.advance(20, 101);
    assertThat(harness.taken()).containsExactly("processing a at watermark 12");
    assertThat(harness.outputWatermark()).isEqualTo(20);
    assertThat(harness.operator.nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);
  }

  @Test
  void aHoldUpstreamKeepsTimersDownstreamQuiet() throws Exception {
    KeyedHarness upstream = new KeyedHarness(new ProcessingTimer(), GLOBAL);
    KeyedHarness downstream = new KeyedHarness(new TwoTimers(8, 9), GLOBAL);
    downstream.start().element("b", 1);
    upstream.start().element("a", 5).finish(11);
    downstream.finish(upstream.outputWatermark());
    assertThat(downstream.taken()).isEmpty();
    upstream.advance(11, 101);
    downstream.advance(upstream.outputWatermark());
    assertThat(downstream.taken()).containsExactly("first b", "second b");
  }

  @Test
  void timersThatRenewThemselvesForThePastGoOnInTheNextBatch() throws Exception {
    KeyedHarness harness = new KeyedHarness(new EndlessTimer(), GLOBAL);
    harness.start().element("a", 5).finish(MIN);
    harness.advance(MIN, 1_000);
    assertThat(harness.taken()).hasSize(StatefulParDoOperator.MAX_PROCESSING_FIRINGS);
    assertThat(harness.operator.nextWakeUp()).isLessThanOrEqualTo(1_000);
    harness.advance(MIN, 1_000);
    assertThat(harness.taken()).hasSize(StatefulParDoOperator.MAX_PROCESSING_FIRINGS);
    // the end of time ends it
    harness.advance(MAX, 1_000);
    assertThat(harness.operator.nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);
    assertThat(harness.outputWatermark()).isEqualTo(MAX);
  }

  @Test
  void windowsExpireOnceWithTheirStateAndLeaveNothing() throws Exception {
    KeyedHarness harness = new KeyedHarness(new Expiring(), TENS);
    harness.start().element("a", 1).element("a", 2).element("b", 3).finish(5);
    assertThat(harness.outputWatermark()).isEqualTo(5);
    harness.advance(10);
    // held at the window's end until it has expired
    assertThat(harness.outputWatermark()).isEqualTo(9);
    assertThat(harness.taken()).isEmpty();
    harness.advance(11);
    assertThat(harness.context.values(0))
        .containsExactlyInAnyOrder("a expired with 2", "b expired with 1");
    assertThat(harness.context.take(0))
        .allSatisfy(o -> assertThat(o.getTimestamp()).isEqualTo(new Instant(9)));
    assertThat(harness.outputWatermark()).isEqualTo(11);
    harness.advance(MAX);
    assertThat(harness.taken()).isEmpty();
    assertThat(harness.snapshot().size()).isZero();
  }

  @Test
  void stateAloneHoldsNothingAndLateElementsAreDroppedAndCounted() throws Exception {
    WindowingStrategy<?, ?> lenient = TENS.withAllowedLateness(Duration.millis(5));
    KeyedHarness harness = new KeyedHarness(new Counting(), lenient);
    harness.start().element("a", 1).finish(14);
    assertThat(harness.outputWatermark()).isEqualTo(14);
    // the old watermark counts, 14 equals the end of the window and its lateness
    harness.start().element("a", 2).finish(20);
    assertThat(harness.taken()).containsExactly("a 1", "a 2");
    harness.start().element("a", 3).finish(20);
    assertThat(harness.taken()).isEmpty();
    MetricName dropped =
        MetricName.named(
            StatefulDoFnRunner.class, StatefulDoFnRunner.DROPPED_DUE_TO_LATENESS_COUNTER);
    assertThat(harness.context.metrics().getCounter(dropped).getCumulative()).isEqualTo(1);
    assertThat(harness.snapshot().size()).isZero();
  }

  @Test
  void aProcessingTimerOfAnExpiredWindowHoldsNothing() throws Exception {
    KeyedHarness harness = new KeyedHarness(new ProcessingTimerWithState(), TENS);
    harness.start().element("a", 5).finish(6);
    assertThat(harness.outputWatermark()).isEqualTo(5);
    harness.advance(11);
    assertThat(harness.outputWatermark()).isEqualTo(11);
    assertThat(harness.operator.nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);
    harness.advance(11, 1_000);
    assertThat(harness.taken()).isEmpty();
  }

  @Test
  void sortedInputComesInOrderOfTime() throws Exception {
    KeyedHarness harness = new KeyedHarness(new Sorted(), TENS);
    harness.start().element("a", 5).element("a", 2).element("a", 8).finish(6);
    assertThat(harness.taken()).containsExactly(2L + "", 5L + "");
    harness.start().element("a", 7).finish(MAX);
    assertThat(harness.taken()).containsExactly("7", "8");
    assertThat(harness.outputWatermark()).isEqualTo(MAX);
    assertThat(harness.snapshot().size()).isZero();
  }

  @Test
  void drainIsToldToTimers() throws Exception {
    KeyedHarness harness = new KeyedHarness(new DrainAware(), GLOBAL);
    harness.start().element("a", 1).finish(2);
    harness.context.drain();
    harness.advance(MAX);
    assertThat(harness.taken()).containsExactly("CAUSED_BY_DRAIN");
    assertThat(harness.context.take(0)).isEmpty();
  }

  @Test
  void everyStartedBundleIsFinishedAlsoOnesOfTimersOnly() throws Exception {
    KeyedHarness harness = new KeyedHarness(new Bundled(), GLOBAL);
    harness.start().element("a", 1).finish(MIN);
    harness.advance(MIN);
    harness.advance(50);
    assertThat(harness.taken())
        .containsExactly("start 1", "finish 1", "start 2", "timer", "finish 2");
  }

  @Test
  void stateAndTimersSurviveARestore() throws Exception {
    KeyedHarness harness = new KeyedHarness(new Expiring(), TENS);
    harness.start().element("a", 1).element("b", 2).finish(5);
    FakeSnapshot first = harness.snapshot();
    harness.operator.snapshotCommitted(true);
    harness.start().element("a", 3).finish(6);
    harness.operator.snapshot(first, false);

    KeyedHarness restored = new KeyedHarness(new Expiring(), TENS);
    restored.operator.restore(first);
    restored.advance(11);
    assertThat(restored.taken()).containsExactlyInAnyOrder("a expired with 2", "b expired with 1");
    assertThat(restored.snapshot().size()).isZero();
  }

  /** A job may see new keys for ever: what they cleared leaves nothing, not even a timer. */
  @Test
  void theGlobalWindowSetsNoTimersAndEndsWithTheStream() throws Exception {
    WindowingStrategy<?, ?> global = WindowingStrategy.globalDefault();
    KeyedHarness harness = new KeyedHarness(new Counting(), global);
    harness.start().element("a", 1).element("b", 2).finish(5);
    assertThat(FakeOperatorContext.held(harness.operator, "timers")).isZero();
    assertThat(FakeOperatorContext.held(harness.operator, "state keys")).isEqualTo(2);
    FakeSnapshot rows = harness.snapshot();
    harness.advance(BeamTime.MAX);
    assertThat(FakeOperatorContext.held(harness.operator, "state changes")).isPositive();
    harness.operator.snapshot(rows, false);
    harness.operator.snapshotCommitted(true);
    assertThat(rows.size()).isZero();
    assertThat(FakeOperatorContext.held(harness.operator, "state changes")).isZero();
  }

  @Test
  void restoredStateThatNobodyAskedForEndsWithTheStreamToo() throws Exception {
    WindowingStrategy<?, ?> global = WindowingStrategy.globalDefault();
    KeyedHarness harness = new KeyedHarness(new Counting(), global);
    harness.start().element("a", 1).element("b", 2).finish(5);
    FakeSnapshot rows = harness.snapshot();

    KeyedHarness restored = new KeyedHarness(new Counting(), global);
    restored.operator.restore(rows);
    restored.start().element("a", 3).finish(6);
    restored.advance(BeamTime.MAX);
    restored.operator.snapshot(rows, false);
    assertThat(rows.size()).isZero();
  }

  @Test
  void elementsInSeveralWindowsCountInEach() throws Exception {
    KeyedHarness harness = new KeyedHarness(new Counting(), TENS);
    harness.start();
    harness.operator.process(
        0,
        Key.encode(StringUtf8Coder.of(), "a"),
        WindowedValues.of(
            KV.of("a", 1L), new Instant(1), List.of(window(0), window(10)), PaneInfo.NO_FIRING));
    harness.finish(2);
    assertThat(harness.context.take(0))
        .extracting(element -> element.getWindows().iterator().next())
        .isEqualTo(List.of(window(0), window(10)));
  }

  @Test
  void mergingWindowsAreRefused() {
    WindowingStrategy<?, ?> sessions =
        WindowingStrategy.of(Sessions.withGapDuration(Duration.millis(10)));
    assertThatThrownBy(() -> new KeyedHarness(new Counting(), sessions))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("MergingWindowFn is not supported for stateful DoFns");
  }

  private static IntervalWindow window(long start) {
    return new IntervalWindow(new Instant(start), new Instant(start + 10));
  }

  static final class TwoTimers extends DoFn<KV<String, Long>, String> {
    private final long firstAt;
    private final long secondAt;

    @TimerId("first")
    private final TimerSpec first = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @TimerId("second")
    private final TimerSpec second = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    TwoTimers(long firstAt, long secondAt) {
      this.firstAt = firstAt;
      this.secondAt = secondAt;
    }

    @ProcessElement
    public void process(@TimerId("first") Timer one, @TimerId("second") Timer two) {
      one.set(new Instant(firstAt));
      two.set(new Instant(secondAt));
    }

    @OnTimer("first")
    public void onFirst(@Key String key, OutputReceiver<String> out) {
      out.output("first " + key);
    }

    @OnTimer("second")
    public void onSecond(@Key String key, OutputReceiver<String> out) {
      out.output("second " + key);
    }
  }

  static final class ClearingTimer extends DoFn<KV<String, Long>, String> {
    @TimerId("first")
    private final TimerSpec first = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @TimerId("second")
    private final TimerSpec second = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(@TimerId("first") Timer one, @TimerId("second") Timer two) {
      one.set(new Instant(10));
      two.set(new Instant(20));
    }

    @OnTimer("first")
    public void onFirst(@TimerId("second") Timer two, OutputReceiver<String> out) {
      out.output("first");
      two.clear();
    }

    @OnTimer("second")
    public void onSecond(OutputReceiver<String> out) {
      out.output("second");
    }
  }

  static final class LoopingTimer extends DoFn<KV<String, Long>, String> {
    @TimerId("loop")
    private final TimerSpec loop = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @TimerId("other")
    private final TimerSpec other = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(@TimerId("loop") Timer timer, @TimerId("other") Timer second) {
      timer.set(new Instant(20));
      second.set(new Instant(35));
    }

    @OnTimer("loop")
    public void onLoop(OnTimerContext c, @TimerId("loop") Timer timer, OutputReceiver<String> out) {
      long at = c.fireTimestamp().getMillis();
      out.output("loop " + at);
      if (at < 40) {
        timer.set(new Instant(at + 10));
      }
    }

    @OnTimer("other")
    public void onOther(OnTimerContext c, OutputReceiver<String> out) {
      out.output("other " + c.fireTimestamp().getMillis());
    }
  }

  static final class HoldingTimer extends DoFn<KV<String, Long>, String> {
    @TimerId("timer")
    private final TimerSpec spec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(@Timestamp Instant timestamp, @TimerId("timer") Timer timer) {
      timer.withOutputTimestamp(timestamp).set(new Instant(50));
    }

    @OnTimer("timer")
    public void onTimer(OnTimerContext c) {
      c.output("fired at " + c.fireTimestamp().getMillis() + " with " + c.timestamp().getMillis());
    }
  }

  static final class ProcessingTimer extends DoFn<KV<String, Long>, String> {
    @TimerId("timer")
    private final TimerSpec spec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    @TimerId("probe")
    private final TimerSpec probe = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(@TimerId("timer") Timer timer) {
      timer.offset(Duration.millis(100)).setRelative();
    }

    @OnTimer("timer")
    public void onTimer(
        @Key String key, @TimerId("probe") Timer eventTimer, OutputReceiver<String> out) {
      out.output(
          "processing " + key + " at watermark " + eventTimer.getCurrentRelativeTime().getMillis());
    }

    @OnTimer("probe")
    public void onProbe() {}
  }

  static final class ProcessingTimerWithState extends DoFn<KV<String, Long>, String> {
    @StateId("any")
    private final StateSpec<ValueState<Long>> state = StateSpecs.value(VarLongCoder.of());

    @TimerId("timer")
    private final TimerSpec spec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    @ProcessElement
    public void process(@TimerId("timer") Timer timer, @StateId("any") ValueState<Long> any) {
      any.write(1L);
      timer.offset(Duration.millis(100)).setRelative();
    }

    @OnTimer("timer")
    public void onTimer(OutputReceiver<String> out) {
      out.output("too late");
    }
  }

  static final class EndlessTimer extends DoFn<KV<String, Long>, String> {
    @TimerId("timer")
    private final TimerSpec spec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    @ProcessElement
    public void process(@TimerId("timer") Timer timer) {
      timer.offset(Duration.millis(100)).setRelative();
    }

    @OnTimer("timer")
    public void onTimer(@TimerId("timer") Timer timer, OutputReceiver<String> out) {
      out.output("again");
      timer.set(new Instant(0));
    }
  }

  static final class Expiring extends DoFn<KV<String, Long>, String> {
    @StateId("seen")
    private final StateSpec<ValueState<Long>> spec = StateSpecs.value(VarLongCoder.of());

    @ProcessElement
    public void process(@StateId("seen") ValueState<Long> seen) {
      seen.write(Objects.requireNonNullElse(seen.read(), 0L) + 1);
    }

    @OnWindowExpiration
    public void expire(
        @Key String key, @StateId("seen") ValueState<Long> seen, OutputReceiver<String> out) {
      out.output(key + " expired with " + seen.read());
    }
  }

  static final class Counting extends DoFn<KV<String, Long>, String> {
    @StateId("seen")
    private final StateSpec<ValueState<Long>> spec = StateSpecs.value(VarLongCoder.of());

    @ProcessElement
    public void process(
        @Element KV<String, Long> element,
        @StateId("seen") ValueState<Long> seen,
        OutputReceiver<String> out) {
      long count = Objects.requireNonNullElse(seen.read(), 0L) + 1;
      seen.write(count);
      out.output(element.getKey() + " " + count);
    }
  }

  static final class Sorted extends DoFn<KV<String, Long>, String> {
    @StateId("all")
    private final StateSpec<BagState<Long>> spec = StateSpecs.bag(VarLongCoder.of());

    @RequiresTimeSortedInput
    @ProcessElement
    public void process(
        @Element KV<String, Long> element,
        @StateId("all") BagState<Long> all,
        OutputReceiver<String> out) {
      all.add(element.getValue());
      out.output("" + element.getValue());
    }
  }

  static final class DrainAware extends DoFn<KV<String, Long>, String> {
    @TimerId("timer")
    private final TimerSpec spec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(@TimerId("timer") Timer timer) {
      timer.set(GlobalWindow.INSTANCE.maxTimestamp());
    }

    @OnTimer("timer")
    public void onTimer(CausedByDrain drain, OutputReceiver<String> out) {
      out.output(drain.name());
    }
  }

  static final class Bundled extends DoFn<KV<String, Long>, String> {
    @TimerId("timer")
    private final TimerSpec spec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    private transient int bundle;
    private transient String started;

    @StartBundle
    public void start() {
      bundle++;
      started = "start " + bundle;
    }

    @ProcessElement
    public void process(@TimerId("timer") Timer timer, OutputReceiver<String> out) {
      out.output(started);
      timer.set(new Instant(20));
    }

    @OnTimer("timer")
    public void onTimer(OutputReceiver<String> out) {
      out.output(started);
      out.output("timer");
    }

    @FinishBundle
    public void finish(FinishBundleContext c) {
      c.output("finish " + bundle, new Instant(30), GlobalWindow.INSTANCE);
    }
  }
}
