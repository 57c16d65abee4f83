package dev.sluice.translation.operator.grouping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.grouping.GroupingStage.Pane;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Never;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Trigger;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.apache.beam.sdk.values.WindowingStrategy.AccumulationMode;
import org.joda.time.Duration;

/**
 * Random streams through an operator and its general twin: the same panes in the same batches
 * (values, timestamp, window, pane info), the same output watermarks, the same number of dropped
 * elements.
 */
class GroupingTwinsTest {
  /** An element of a random stream. */
  record Item(String key, String value, long timestamp) {}

  /** A batch of a random stream: what comes, and by how much the watermark advances after it. */
  record Batch(List<Item> items, long advance, Cut cut) {}

  /** The same for sliding windows. */
  record SlidingBatch(List<SlicedTwin.Item> items, long advance, Cut cut) {}

  /** What happens between two batches. */
  enum Cut {
    NOTHING,
    SNAPSHOT,
    ABORTED_SNAPSHOT,
    RESTART
  }

  @Property(tries = 400)
  void theFastOperatorDoesWhatTheGeneralOneDoes(
      @ForAll("windowings") WindowingStrategy<?, ?> windowing,
      @ForAll("reductions") Reduction reduction,
      @ForAll("streams") List<Batch> stream)
      throws Exception {
    GroupDefinition group = GroupingStage.grouping(windowing, reduction);
    GroupingStage general = new GroupingStage(group, GroupByKeyOperator::new);
    GroupingStage fast = new GroupingStage(group, FastGroupByKeyOperator::new);
    assertThat(group.operator(fast.context())).isInstanceOf(FastGroupByKeyOperator.class);
    FakeSnapshot rows = new FakeSnapshot();
    long watermark = GroupingStage.MIN;
    for (Batch batch : stream) {
      watermark =
          watermark == GroupingStage.MIN ? batch.advance() - 20 : watermark + batch.advance();
      compare(general, fast, batch.items(), watermark);
      cut(fast, batch.cut(), rows);
    }
    compare(general, fast, List.of(), GroupingStage.MAX);
    assertThat(fast.operator().outputWatermark()).isEqualTo(GroupingStage.MAX);
    FakeSnapshot end = new FakeSnapshot();
    fast.operator().snapshot(end, true);
    assertThat(end.size()).isZero();
  }

  @Property(tries = 200)
  void theOperatorsForTheWholeInputDoWhatTheGeneralOneDoes(
      @ForAll("wholeWindowings") WindowingStrategy<?, ?> windowing,
      @ForAll("reductions") Reduction reduction,
      @ForAll("streams") List<Batch> stream)
      throws Exception {
    GroupDefinition group = GroupingStage.grouping(windowing, reduction);
    GroupingStage general = new GroupingStage(group, GroupByKeyOperator::new);
    GroupingStage whole = new GroupingStage(group, wholeInput(group));
    List<Item> all = new ArrayList<>();
    stream.forEach(batch -> all.addAll(batch.items()));
    int cut = all.size() / 2;
    compare(general, whole, all.subList(0, cut), GroupingStage.MIN);
    compare(general, whole, all.subList(cut, all.size()), GroupingStage.MAX);
  }

  private static GroupingStage.Maker wholeInput(GroupDefinition group) {
    if (group.windowing().needsMerge()) {
      return WholeInputMergingOperator::new;
    }
    return group.reduction().runsUserCode()
        ? (of, context) -> new WholeInputCombineOperator(of, context, 3)
        : WholeInputGroupByKeyOperator::new;
  }

  @Property(tries = 300)
  void combiningBeforeTheShuffleCannotBeTold(
      @ForAll("liftable") WindowingStrategy<?, ?> windowing, @ForAll("streams") List<Batch> stream)
      throws Exception {
    Combining values = Concatenation.reduction();
    assertThat(CombineLifting.isLiftable(windowing, values.combineFn().getFn())).isTrue();
    GroupDefinition unlifted = GroupingStage.grouping(windowing, values);
    GroupDefinition reducer = GroupingStage.grouping(windowing, values.ofAccumulators());
    GroupingStage general = new GroupingStage(unlifted, GroupByKeyOperator::new);
    GroupingStage lifted = new GroupingStage(reducer, GroupDefinition::operator);
    FakeOperatorContext before = new FakeOperatorContext("precombine");
    Operator precombine = new PrecombineOperator(unlifted, before);
    long watermark = GroupingStage.MIN;
    for (Batch batch : stream) {
      watermark =
          watermark == GroupingStage.MIN ? batch.advance() - 20 : watermark + batch.advance();
      List<WindowedValue<?>> elements = elements(general, batch.items());
      precombine.startBatch();
      for (WindowedValue<?> element : elements) {
        precombine.process(0, null, element);
      }
      precombine.finishBatch(watermark);
      assertThat(precombine.outputWatermark()).isEqualTo(watermark);
      general.batch(watermark, elements);
      lifted.batch(watermark, before.take(0));
      assertThat(lifted.take()).containsExactlyInAnyOrderElementsOf(general.take());
      assertThat(lifted.operator().outputWatermark())
          .isEqualTo(general.operator().outputWatermark());
    }
    general.batch(GroupingStage.MAX);
    lifted.batch(GroupingStage.MAX);
    assertThat(lifted.take()).containsExactlyInAnyOrderElementsOf(general.take());
  }

  @Property(tries = 500)
  void combiningBySlicesCannotBeTold(
      @ForAll("sliceable") WindowingStrategy<?, ?> windowing,
      @ForAll("combines") Combining values,
      @ForAll boolean precombined,
      @ForAll("slidingStreams") List<SlidingBatch> stream)
      throws Exception {
    assertThat(CombineSlicing.isSliceable(windowing, values.combineFn().getFn())).isTrue();
    SlicedTwin twin = new SlicedTwin(windowing, values);
    GroupingStage general =
        new GroupingStage(GroupingStage.grouping(windowing, values), GroupByKeyOperator::new);
    GroupingStage sliced = twin.stage();
    FakeSnapshot rows = new FakeSnapshot();
    long watermark = GroupingStage.MIN;
    for (SlidingBatch batch : stream) {
      watermark =
          watermark == GroupingStage.MIN ? batch.advance() - 40 : watermark + batch.advance();
      general.batch(watermark, twin.inWindows(batch.items()));
      sliced.batch(
          watermark,
          precombined ? twin.precombined(batch.items(), watermark) : twin.alone(batch.items()));
      assertThat(sliced.take()).containsExactlyInAnyOrderElementsOf(general.take());
      assertThat(sliced.operator().outputWatermark())
          .isEqualTo(general.operator().outputWatermark());
      if (!precombined) {
        assertThat(dropped(sliced)).isEqualTo(dropped(general));
      }
      general.context().nextBatch();
      sliced.context().nextBatch();
      cut(sliced, batch.cut(), rows);
    }
    general.batch(GroupingStage.MAX);
    sliced.batch(GroupingStage.MAX);
    assertThat(sliced.take()).containsExactlyInAnyOrderElementsOf(general.take());
    assertThat(sliced.operator().outputWatermark()).isEqualTo(GroupingStage.MAX);
    FakeSnapshot end = new FakeSnapshot();
    sliced.operator().snapshot(end, true);
    assertThat(end.size()).isZero();
    sliced.operator().snapshot(rows, false);
    assertThat(rows.size()).isZero();
    assertThat(FakeOperatorContext.held(sliced.operator(), "keys")).isZero();
    assertThat(FakeOperatorContext.held(sliced.operator(), "slices")).isZero();
  }

  private static void compare(
      GroupingStage general, GroupingStage twin, List<Item> items, long watermark)
      throws Exception {
    general.batch(watermark, elements(general, items));
    twin.batch(watermark, elements(twin, items));
    assertThat(sorted(twin.take())).containsExactlyInAnyOrderElementsOf(sorted(general.take()));
    assertThat(twin.operator().outputWatermark()).isEqualTo(general.operator().outputWatermark());
    assertThat(dropped(twin)).isEqualTo(dropped(general));
    general.context().nextBatch();
    twin.context().nextBatch();
  }

  private static void cut(GroupingStage stage, Cut cut, FakeSnapshot rows) throws Exception {
    switch (cut) {
      case NOTHING -> {}
      case SNAPSHOT -> {
        stage.operator().snapshot(rows, false);
        stage.operator().snapshotCommitted(true);
      }
      case ABORTED_SNAPSHOT -> {
        stage.operator().snapshot(new FakeSnapshot(), false);
        stage.operator().snapshotCommitted(false);
      }
      case RESTART -> stage.restart(rows, false);
    }
  }

  private static List<WindowedValue<?>> elements(GroupingStage stage, List<Item> items)
      throws Exception {
    List<WindowedValue<?>> elements = new ArrayList<>();
    for (Item item : items) {
      if (stage.hasWindows(item.timestamp())) {
        elements.add(stage.element(item.key(), item.value(), item.timestamp()));
      }
    }
    return elements;
  }

  private static List<Pane> sorted(List<Pane> panes) {
    return panes.stream().map(Pane::sorted).toList();
  }

  private static long dropped(GroupingStage stage) {
    return stage
        .context()
        .metrics()
        .getCounter(WindowedReducer.DROPPED_DUE_TO_LATENESS)
        .getCumulative();
  }

  @Provide
  Arbitrary<WindowingStrategy<?, ?>> windowings() {
    return windowings(
        Arbitraries.of(
            FixedWindows.of(Duration.millis(10)),
            FixedWindows.of(Duration.millis(3)).withOffset(Duration.millis(1)),
            SlidingWindows.of(Duration.millis(10)).every(Duration.millis(4)),
            SlidingWindows.of(Duration.millis(4)).every(Duration.millis(10)),
            new GlobalWindows()),
        Arbitraries.just(Duration.ZERO));
  }

  @Provide
  Arbitrary<WindowingStrategy<?, ?>> liftable() {
    return Combinators.combine(
            windowings()
                .map(windowing -> windowing.withTimestampCombiner(TimestampCombiner.END_OF_WINDOW)),
            Arbitraries.of(0, 7))
        .as(
            (windowing, lateness) ->
                windowing.getTrigger() instanceof DefaultTrigger
                    ? windowing.withAllowedLateness(Duration.millis(lateness))
                    : windowing);
  }

  @Provide
  Arbitrary<WindowingStrategy<?, ?>> sliceable() {
    return windowings(
            Arbitraries.of(
                SlidingWindows.of(Duration.millis(12)).every(Duration.millis(4)),
                SlidingWindows.of(Duration.millis(10)).every(Duration.millis(4)),
                SlidingWindows.of(Duration.millis(30)).every(Duration.millis(1)),
                SlidingWindows.of(Duration.millis(7))
                    .every(Duration.millis(5))
                    .withOffset(Duration.millis(3))),
            Arbitraries.just(Duration.ZERO))
        .map(windowing -> windowing.withTimestampCombiner(TimestampCombiner.END_OF_WINDOW));
  }

  @Provide
  Arbitrary<Combining> combines() {
    return Arbitraries.of(
        Concatenation.reduction(), SlicedTwin.count(), SlicedTwin.letters(), SlicedTwin.greatest());
  }

  @Provide
  Arbitrary<List<SlidingBatch>> slidingStreams() {
    Arbitrary<SlicedTwin.Item> items =
        Combinators.combine(
                Arbitraries.of("a", "b", "c"),
                Arbitraries.of("1", "2", "3", "4"),
                Arbitraries.longs().between(-60, 60),
                Arbitraries.frequencyOf(
                    Tuple.of(8, Arbitraries.just(SlicedTwin.In.SLICE)),
                    Tuple.of(1, Arbitraries.just(SlicedTwin.In.WINDOWS)),
                    Tuple.of(1, Arbitraries.just(SlicedTwin.In.ODD_WINDOW)),
                    Tuple.of(1, Arbitraries.just(SlicedTwin.In.END_OF_TIME))))
            .as(SlicedTwin.Item::new);
    return Combinators.combine(
            items.list().ofMaxSize(8),
            Arbitraries.oneOf(
                Arbitraries.longs().between(0, 6),
                Arbitraries.longs().between(0, 20),
                Arbitraries.just(500L)),
            Arbitraries.of(Cut.class))
        .as(SlidingBatch::new)
        .list()
        .ofMaxSize(14);
  }

  @Provide
  Arbitrary<WindowingStrategy<?, ?>> wholeWindowings() {
    return windowings(
        Arbitraries.of(
            FixedWindows.of(Duration.millis(10)),
            SlidingWindows.of(Duration.millis(10)).every(Duration.millis(4)),
            Sessions.withGapDuration(Duration.millis(5)),
            new GlobalWindows()),
        Arbitraries.of(Duration.ZERO, Duration.millis(7), Duration.standardDays(100_000_000)));
  }

  private static Arbitrary<WindowingStrategy<?, ?>> windowings(
      Arbitrary<WindowFn<Object, ?>> windowFns, Arbitrary<Duration> lateness) {
    Arbitrary<Trigger> triggers =
        Arbitraries.of(DefaultTrigger.of(), Never.ever(), AfterWatermark.pastEndOfWindow());
    return Combinators.combine(
            windowFns,
            triggers,
            Arbitraries.of(TimestampCombiner.class),
            Arbitraries.of(AccumulationMode.class),
            lateness)
        .as(
            (windowFn, trigger, combiner, mode, late) ->
                WindowingStrategy.of(windowFn)
                    .withTrigger(trigger)
                    .withTimestampCombiner(combiner)
                    .withMode(mode)
                    .withAllowedLateness(late));
  }

  @Provide
  Arbitrary<Reduction> reductions() {
    return Arbitraries.of(new Buffering(erased(StringUtf8Coder.of())), Concatenation.reduction());
  }

  @SuppressWarnings("unchecked")
  private static Coder<Object> erased(Coder<?> coder) {
    return (Coder<Object>) coder;
  }

  @Provide
  Arbitrary<List<Batch>> streams() {
    Arbitrary<Item> items =
        Combinators.combine(
                Arbitraries.of("a", "b", "c"),
                Arbitraries.of("1", "2", "3", "4"),
                Arbitraries.longs().between(-25, 60))
            .as(Item::new);
    return Combinators.combine(
            items.list().ofMaxSize(8),
            Arbitraries.longs().between(0, 15),
            Arbitraries.of(Cut.class))
        .as(Batch::new)
        .list()
        .ofMaxSize(10);
  }
}
