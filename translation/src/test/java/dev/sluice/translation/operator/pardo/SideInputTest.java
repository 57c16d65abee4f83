package dev.sluice.translation.operator.pardo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements that wait for views, without and with keys. */
class SideInputTest {
  private static final long MAX = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();
  private static final WindowingStrategy<?, ?> TENS =
      WindowingStrategy.of(FixedWindows.of(Duration.millis(10)));

  private final FixedView side = new FixedView();
  private final FakeOperatorContext context = new FakeOperatorContext("step");

  @BeforeEach
  void firstVersion() {
    context.setView(0, side.version());
  }

  @Test
  void elementsWaitInEachWindowAndHoldTheOutputWatermark() throws Exception {
    Operator operator = stateless(context);
    context.setView(0, side.withPane(window(0), "x"));
    operator.startBatch();
    operator.process(0, null, element("both", 5, window(0), window(10)));
    operator.process(0, null, element("second", 12, window(10)));
    operator.finishBatch(30);
    assertThat(context.values(0)).containsExactly("both[x]");
    assertThat(operator.outputWatermark()).isEqualTo(5);

    nextBatch(side.withPane(window(10), "y", "z"));
    operator.process(0, null, element("new", 31, window(0)));
    operator.finishBatch(40);
    assertThat(context.values(0))
        .containsExactly("both[x]", "both[y, z]", "second[y, z]", "new[x]");
    assertThat(context.outputs(0).get(1).getWindows()).isEqualTo(List.of(window(10)));
    assertThat(operator.outputWatermark()).isEqualTo(40);
  }

  @Test
  void anAbsentWindowIsEmptyOnceTheViewsWatermarkHasPassedIt() throws Exception {
    Operator operator = stateless(context);
    operator.startBatch();
    operator.process(0, null, element("a", 5, window(0)));
    operator.finishBatch(MAX);
    assertThat(operator.outputWatermark()).isEqualTo(5);
    nextBatch(side.withWatermark(9));
    operator.finishBatch(MAX);
    assertThat(context.values(0)).isEmpty();
    nextBatch(side.withWatermark(10));
    operator.finishBatch(MAX);
    assertThat(context.values(0)).containsExactly("a[]");
    assertThat(operator.outputWatermark()).isEqualTo(MAX);
  }

  @Test
  void waitingElementsSurviveARestoreWithTheirMetadata() throws Exception {
    Operator operator = stateless(context);
    FakeSnapshot snapshot = new FakeSnapshot();
    operator.startBatch();
    operator.process(0, null, annotated("first", 5));
    operator.process(0, null, element("second", 6, window(0)));
    operator.process(0, null, element("third", 15, window(10)));
    operator.finishBatch(7);
    operator.snapshot(snapshot, false);
    operator.snapshotCommitted(true);

    FakeOperatorContext otherContext = new FakeOperatorContext("step");
    Operator restored = stateless(otherContext);
    restored.restore(snapshot);
    otherContext.setView(0, side.withPane(window(0), "x"));
    restored.startBatch();
    restored.finishBatch(20);
    assertThat(otherContext.values(0)).containsExactly("first[x]", "second[x]");
    assertThat(otherContext.outputs(0).get(0).getRecordId()).isEqualTo("id");
    assertThat(otherContext.outputs(0).get(0).getRecordOffset()).isEqualTo(3L);
    assertThat(otherContext.outputs(0).get(0).causedByDrain())
        .isEqualTo(CausedByDrain.CAUSED_BY_DRAIN);
    assertThat(restored.outputWatermark()).isEqualTo(15);
    restored.snapshot(snapshot, false);
    assertThat(snapshot.size()).isEqualTo(1);
    restored.snapshotCommitted(false);

    // the snapshot came to nothing: its rows count as changed again
    FakeSnapshot again = new FakeSnapshot();
    operator.snapshot(again, true);
    restored.snapshot(again, false);
    assertThat(again.size()).isEqualTo(1);
  }

  @Test
  void elementsThatWaitedBetweenTwoSnapshotsLeaveNoTrace() throws Exception {
    Operator operator = stateless(context);
    for (int round = 0; round < 3; round++) {
      nextBatch(new FixedView().version());
      operator.process(0, null, element("a", 5, window(0)));
      operator.finishBatch(7);
      assertThat(FakeOperatorContext.held(operator, "waiting elements")).isEqualTo(1);
      nextBatch(new FixedView().withPane(window(0), "x"));
      operator.finishBatch(7);
      assertThat(FakeOperatorContext.held(operator, "waiting elements")).isZero();
      assertThat(FakeOperatorContext.held(operator, "waiting changes")).isZero();
    }
  }

  @Test
  void elementsOfASnapshotLeaveNoTraceOnceTheirTombstoneIsDurable() throws Exception {
    Operator operator = stateless(context);
    FakeSnapshot snapshot = new FakeSnapshot();
    nextBatch(side.version());
    operator.process(0, null, element("a", 5, window(0)));
    operator.finishBatch(7);
    operator.snapshot(snapshot, false);
    nextBatch(side.withPane(window(0), "x"));
    operator.finishBatch(7);
    operator.snapshotCommitted(true);
    operator.snapshot(snapshot, false);
    assertThat(snapshot.size()).isZero();
    assertThat(FakeOperatorContext.held(operator, "waiting changes")).isPositive();
    operator.snapshotCommitted(true);
    assertThat(FakeOperatorContext.held(operator, "waiting changes")).isZero();
  }

  @Test
  void elementsOfAKeyKeepTheirOrderBehindAWaitingOne() throws Exception {
    KeyedHarness harness = stateful();
    harness.context.setView(0, side.withPane(window(10), "y"));
    harness.start().element("a", 5).element("a", 12).element("b", 13).element("a", 14).finish(30);
    assertThat(harness.taken()).containsExactly("b 13 y");
    assertThat(harness.outputWatermark()).isEqualTo(5);
    harness.context.setView(0, side.withPane(window(0), "x"));
    harness.start().element("a", 15).finish(31);
    assertThat(harness.taken())
        .containsExactly("a 5 x", "a 12 y", "a 14 y", "a 15 y", "a expired with 1");
    assertThat(harness.outputWatermark()).isEqualTo(31);
    harness.advance(MAX);
    assertThat(harness.snapshot().size()).isZero();
  }

  @Test
  void windowsDoNotExpireBeforeTheirWaitingElements() throws Exception {
    KeyedHarness harness = stateful();
    harness.start().element("a", 5).finish(MAX);
    harness.advance(MAX);
    assertThat(harness.taken()).isEmpty();
    assertThat(harness.outputWatermark()).isEqualTo(5);
    harness.context.setView(0, side.withWatermark(MAX));
    harness.advance(MAX);
    assertThat(harness.taken()).containsExactly("a 5 ", "a expired with 1");
    assertThat(harness.outputWatermark()).isEqualTo(MAX);
    assertThat(harness.snapshot().size()).isZero();
  }

  @Test
  void keyedWaitingElementsSurviveARestore() throws Exception {
    KeyedHarness harness = stateful();
    harness.start().element("a", 5).element("a", 6).finish(7);
    FakeSnapshot snapshot = harness.snapshot();
    KeyedHarness restored = stateful();
    restored.operator.restore(snapshot);
    restored.context.setView(0, side.withPane(window(0), "x"));
    restored.start().element("a", 7).finish(8);
    assertThat(restored.taken()).containsExactly("a 5 x", "a 6 x", "a 7 x");
  }

  @Test
  void wholeInputsWaitTogetherAndComeInOrder() throws Exception {
    context.setWholeInput(true);
    Operator operator = stateless(context);
    context.setView(0, side.withPane(window(10), "y"));
    operator.startBatch();
    operator.process(0, null, element("early", 15, window(10)));
    operator.process(0, null, element("first", 5, window(0)));
    operator.process(0, null, element("second", 12, window(10), window(0)));
    operator.finishBatch(BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis());
    assertThat(context.values(0)).containsExactly("early[y]");
    assertThatThrownBy(() -> operator.snapshot(new FakeSnapshot(), true))
        .hasMessageContaining("is in no checkpoint");
    nextBatch(side.withPane(window(20), "other"));
    operator.finishBatch(MAX);
    assertThat(operator.outputWatermark()).isEqualTo(5);
    nextBatch(side.withWatermark(MAX));
    operator.finishBatch(MAX);
    assertThat(context.values(0)).containsExactly("early[y]", "first[]", "second[y]", "second[]");
    assertThat(operator.outputWatermark()).isEqualTo(MAX);
    operator.snapshot(new FakeSnapshot(), true);
  }

  @Test
  void wholeKeyedInputsWaitTogetherAndComeInOrder() throws Exception {
    FakeOperatorContext whole = new FakeOperatorContext("stateful");
    whole.setWholeInput(true);
    KeyedHarness harness =
        new KeyedHarness(whole, new KeyedReading(side.view), TENS, List.of(side.view));
    whole.setView(0, side.version());
    harness.start().element("a", 5).element("b", 12).element("a", 6).finish(MAX);
    assertThat(harness.outputWatermark()).isEqualTo(5);
    whole.setView(0, side.withWatermark(MAX));
    harness.advance(MAX);
    assertThat(harness.taken()).containsExactly("a 5 ", "b 12 ", "a 6 ");
    assertThat(harness.outputWatermark()).isEqualTo(MAX);
    assertThat(harness.snapshot().size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUnknownViewIsNamedAsBeamDoes(boolean direct) throws Exception {
    ParDoSpec spec = ParDoSpecs.of(new Reading(side.view));
    Operator operator = (direct ? spec : spec.withoutDirect()).create(context);
    assertThat(operator instanceof DirectParDoOperator).isEqualTo(direct);
    assertThatThrownBy(() -> operator.process(0, null, element("a", 5, window(0))))
        .hasRootCauseMessage("calling sideInput() with unknown view");
  }

  private Operator stateless(FakeOperatorContext in) throws Exception {
    ParDoSpec spec =
        ParDoSpecs.of(new Reading(side.view), StringUtf8Coder.of(), TENS, List.of(side.view));
    return SerializableUtils.clone(spec).create(in);
  }

  private KeyedHarness stateful() throws Exception {
    KeyedHarness harness = new KeyedHarness(new KeyedReading(side.view), TENS, List.of(side.view));
    harness.context.setView(0, side.version());
    return harness;
  }

  private void nextBatch(Object version) {
    context.nextBatch();
    context.setView(0, version);
  }

  private static WindowedValue<String> element(
      String value, long timestamp, BoundedWindow... windows) {
    return WindowedValues.of(value, new Instant(timestamp), List.of(windows), PaneInfo.NO_FIRING);
  }

  private static WindowedValue<String> annotated(String value, long timestamp) {
    return WindowedValues.of(
        value,
        new Instant(timestamp),
        List.of(window(0)),
        PaneInfo.NO_FIRING,
        "id",
        3L,
        CausedByDrain.CAUSED_BY_DRAIN);
  }

  private static IntervalWindow window(long start) {
    return new IntervalWindow(new Instant(start), new Instant(start + 10));
  }

  static final class Reading extends DoFn<String, String> {
    private final PCollectionView<Iterable<String>> view;

    Reading(PCollectionView<Iterable<String>> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c) {
      List<String> all = new ArrayList<>();
      c.sideInput(view).forEach(all::add);
      c.output(c.element() + all);
    }
  }

  static final class KeyedReading extends DoFn<KV<String, Long>, String> {
    private final PCollectionView<Iterable<String>> view;

    @StateId("seen")
    private final StateSpec<ValueState<Long>> spec = StateSpecs.value(VarLongCoder.of());

    KeyedReading(PCollectionView<Iterable<String>> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c, @StateId("seen") ValueState<Long> seen) {
      seen.write(Objects.requireNonNullElse(seen.read(), 0L) + 1);
      c.output(
          c.element().getKey()
              + " "
              + c.element().getValue()
              + " "
              + String.join(",", c.sideInput(view)));
    }

    @OnWindowExpiration
    public void expire(
        @Key String key,
        @StateId("seen") ValueState<Long> seen,
        BoundedWindow window,
        OutputReceiver<String> out) {
      if (window.equals(window(0)) && seen.read() == 1) {
        out.output(key + " expired with " + seen.read());
      }
    }
  }
}
