package dev.sluice.translation.operator.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.PaneInfo.Timing;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** Side inputs: how panes become versions, when windows are ready, what is read and forgotten. */
class ViewTest {
  private static final Duration TEN = Duration.millis(10);
  private static final IntervalWindow FIRST = window(0);
  private static final IntervalWindow SECOND = window(10);

  private final Pipeline pipeline = Pipeline.create();
  private int collections;

  @Test
  void aLaterPaneReplacesAnEarlierOne() throws Exception {
    PCollectionView<Iterable<String>> view = strings().apply(View.asIterable());
    ViewMaterialization fold = materialization(view);
    ViewVersion before = fold.initial();
    assertThat(before.isReady(FIRST)).isFalse();
    ViewVersion one = fold.advance(before, block(5, pane(FIRST, 0, "a")));
    ViewVersion two = fold.advance(one, block(6, pane(FIRST, 1, "a", "b")));
    ViewVersion three = fold.advance(two, block(7, pane(FIRST, 0, "stale")));

    assertThat(before.isReady(FIRST)).isFalse();
    assertThat(iterable(one, view, FIRST)).containsExactly("a");
    assertThat(iterable(two, view, FIRST)).containsExactly("a", "b");
    assertThat(iterable(three, view, FIRST)).containsExactly("a", "b");
    assertThat(three.watermark()).isEqualTo(7);
  }

  @Test
  void anAbsentWindowIsEmptyOnceTheWatermarkHasPassedIt() throws Exception {
    PCollectionView<String> singleton = strings().apply(View.asSingleton());
    PCollectionView<String> withDefault =
        strings().apply(View.<String>asSingleton().withDefaultValue("none"));
    ViewMaterialization fold = materialization(singleton);
    ViewVersion atEnd = fold.advance(fold.initial(), block(9));
    assertThat(atEnd.isReady(FIRST)).isFalse();
    assertThatThrownBy(() -> atEnd.get(singleton, FIRST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not ready");

    ViewVersion past = fold.advance(atEnd, block(10));
    assertThat(past.isReady(FIRST)).isTrue();
    assertThat(past.isReady(SECOND)).isFalse();
    assertThat(past.get(withDefault, FIRST)).isEqualTo("none");
    assertThatThrownBy(() -> past.get(singleton, FIRST))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("Empty PCollection accessed as a singleton view");
  }

  @Test
  void theEndsOfTimeAreBeams() throws Exception {
    PCollectionView<Iterable<String>> view = strings().apply(View.asIterable());
    ViewMaterialization fold = materialization(view);
    ViewVersion begin = fold.advance(fold.initial(), block(Watermarks.MIN));
    assertThat(begin.watermark()).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis());
    ViewVersion end = fold.advance(begin, block(Watermarks.MAX));
    assertThat(end.watermark()).isEqualTo(BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis());
    assertThat(end.isReady(GlobalWindow.INSTANCE)).isTrue();
  }

  @Test
  void aViewIsBuiltOncePerPane() throws Exception {
    PCollectionView<Map<String, String>> view = pairs().apply(View.asMap());
    ViewMaterialization fold = materialization(view);
    ViewVersion one =
        fold.advance(
            fold.initial(),
            block(5, pane(FIRST, 0, KV.of("k", "v")), pane(SECOND, 0, KV.of("x", "y"))));
    ViewVersion two = fold.advance(one, block(6, pane(SECOND, 1, KV.of("x", "z"))));
    assertThat(one.get(view, FIRST)).isEqualTo(Map.of("k", "v")).isSameAs(two.get(view, FIRST));
    assertThat(one.get(view, SECOND)).isEqualTo(Map.of("x", "y"));
    assertThat(two.get(view, SECOND)).isEqualTo(Map.of("x", "z"));
  }

  @Test
  void multimapsAreReadByKey() throws Exception {
    PCollectionView<Map<String, Iterable<String>>> view = pairs().apply(View.asMultimap());
    ViewMaterialization fold = materialization(view);
    ViewVersion version =
        fold.advance(fold.initial(), block(5, pane(FIRST, 0, KV.of("k", "1"), KV.of("k", "2"))));
    @SuppressWarnings("unchecked")
    Map<String, Iterable<String>> map = (Map<String, Iterable<String>>) version.get(view, FIRST);
    assertThat(map.get("k")).containsExactlyInAnyOrder("1", "2");
    assertThat(map).doesNotContainKey("other");
  }

  @Test
  void theReaderKnowsItsViewsAndNoOthers() throws Exception {
    PCollectionView<Iterable<String>> view = strings().apply(View.asIterable());
    PCollectionView<Iterable<String>> other = strings().apply(View.asIterable());
    ViewMaterialization fold = materialization(view);
    FakeOperatorContext context = new FakeOperatorContext("step");
    ViewReader reader = new ViewReader(List.of(view), context);
    context.setView(0, fold.advance(fold.initial(), block(5, pane(FIRST, 0, "a"))));
    assertThat(reader.isEmpty()).isFalse();
    assertThat(reader.contains(view)).isTrue();
    assertThat(reader.contains(other)).isFalse();
    assertThat(reader.isReady(view, FIRST)).isTrue();
    assertThat(reader.isReady(view, SECOND)).isFalse();
    assertThat(reader.get(view, FIRST)).containsExactly("a");
    assertThatThrownBy(() -> reader.get(other, FIRST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("calling sideInput() with unknown view");
    context.setView(0, fold.advance((ViewVersion) context.view(0), block(6, pane(FIRST, 1, "b"))));
    assertThat(reader.get(view, FIRST)).containsExactly("b");
  }

  @Test
  void windowsAreForgottenWhenEveryReaderIsPastThem() throws Exception {
    PCollectionView<Iterable<String>> view = strings().apply(View.asIterable());
    ViewMaterialization fold = materialization(view);
    FakeOperatorContext context = new FakeOperatorContext("step");
    ViewReader fast = new ViewReader(List.of(view), context);
    FakeOperatorContext other = context.sibling(1);
    ViewReader slow = new ViewReader(List.of(view), other);

    ViewVersion version = fold.initial();
    long late = 10 * ViewMaterialization.GRACE_MILLIS;
    version = fold.advance(version, block(5, pane(FIRST, 0, "a"), pane(SECOND, 0, "b")));
    for (int i = 0; i < ViewMaterialization.MIN_FOLDS; i++) {
      version = fold.advance(version, block(late));
    }
    assertThat(version.windows().size()).isEqualTo(2); // nobody has said anything

    context.setView(0, version);
    other.setView(0, version);
    fast.passed(late, Duration.ZERO);
    slow.passed(15, Duration.ZERO);
    version = fold.advance(version, block(late));
    assertThat(version.windows().size()).isEqualTo(2); // one reader lags

    slow.passed(ViewMaterialization.GRACE_MILLIS + 10, Duration.ZERO);
    ViewVersion before = version;
    version = fold.advance(version, block(late));
    assertThat(version.windows().size()).isEqualTo(1);
    assertThat(iterable(version, view, SECOND)).containsExactly("b");
    assertThat(iterable(before, view, FIRST)).containsExactly("a");

    slow.close();
    version = fold.advance(version, block(late));
    assertThat(version.windows().size()).isEqualTo(0);
  }

  @Test
  void theTableKeepsWindowsWhateverTheirHashes() {
    WindowTable table = WindowTable.EMPTY;
    for (int i = 0; i < 500; i++) {
      long end = i / 5;
      table = table.with(contents(new SameHash("w" + i, i % 2), end, i));
      table = table.with(contents(new SameHash("w" + i, i % 2), end, i + 1));
    }
    assertThat(table.size()).isEqualTo(500);
    WindowTable cut = table.endingFrom(50);
    assertThat(cut.size()).isEqualTo(250);
    for (int i = 0; i < 500; i++) {
      SameHash window = new SameHash("w" + i, i % 2);
      assertThat(table.find(i / 5, window).paneIndex()).isEqualTo(i + 1);
      assertThat(cut.find(i / 5, window) != null).isEqualTo(i / 5 >= 50);
    }
    assertThat(cut.endingFrom(50)).isSameAs(cut);
  }

  @Test
  void panesAreEmittedAgainAfterARestore() throws Exception {
    WindowingStrategy<?, ?> fixed = WindowingStrategy.of(FixedWindows.of(TEN));
    ViewGroupSpec spec = new ViewGroupSpec(StringUtf8Coder.of(), fixed);
    FakeOperatorContext context = new FakeOperatorContext("view");
    Operator operator = spec.create(context);
    operator.startBatch();
    operator.process(0, null, element("a", 3, FIRST));
    operator.process(0, null, element("b", 4, FIRST));
    operator.process(0, null, element("c", 13, SECOND));
    operator.finishBatch(10);
    List<WindowedValue<?>> first = context.take(0);
    assertThat(first).hasSize(1);
    assertThat((Iterable<?>) first.get(0).getValue()).isEqualTo(List.of("a", "b"));
    FakeSnapshot rows = new FakeSnapshot();
    operator.snapshot(rows, true);
    operator.snapshotCommitted(true);
    operator.close();

    FakeOperatorContext again = new FakeOperatorContext("view");
    Operator restored = spec.create(again);
    restored.restore(rows);
    restored.startBatch();
    restored.finishBatch(20);
    List<List<Object>> contents = new ArrayList<>();
    for (WindowedValue<?> pane : again.take(0)) {
      List<Object> values = new ArrayList<>();
      ((Iterable<?>) pane.getValue()).forEach(values::add);
      contents.add(values);
    }
    assertThat(contents).containsExactly(List.of("a", "b"), List.of("c"));

    restored.startBatch();
    restored.finishBatch(20);
    assertThat(again.outputs(0)).isEmpty();
    restored.finishBatch(2 * Duration.standardDays(1).getMillis());
    restored.snapshot(rows, false);
    assertThat(rows.tables()).doesNotContain(PaneMemory.TABLE);
  }

  @Test
  void withoutSnapshotsNoPaneIsKept() throws Exception {
    FakeOperatorContext context = new FakeOperatorContext("view");
    context.takeNoSnapshots();
    Operator operator =
        new ViewGroupSpec(StringUtf8Coder.of(), WindowingStrategy.of(FixedWindows.of(TEN)))
            .create(context);
    operator.startBatch();
    operator.process(0, null, element("a", 3, FIRST));
    operator.finishBatch(10);
    assertThat(context.outputs(0)).hasSize(1);
    assertThat(FakeOperatorContext.held(operator, "panes")).isZero();
  }

  /** A side input that has ended long before its readers have. */
  @Test
  void windowsAreForgottenAlsoWhenTheViewItselfStandsStill() throws Exception {
    PCollectionView<Iterable<String>> view = strings().apply(View.asIterable());
    ViewMaterialization fold = materialization(view);
    FakeOperatorContext context = new FakeOperatorContext("step");
    ViewReader reader = new ViewReader(List.of(view), context);
    ViewVersion version = fold.advance(fold.initial(), block(5, pane(FIRST, 0, "a")));
    assertThat(fold.isStale(version)).isFalse(); // its watermark is not past the window
    long late = 10 * ViewMaterialization.GRACE_MILLIS;
    version = fold.advance(version, block(late));
    context.setView(0, version);
    reader.passed(15, Duration.ZERO);
    int folds = 0;
    for (; fold.isStale(version); folds++) {
      version = fold.advance(version, block(late));
    }
    assertThat(folds).isLessThanOrEqualTo((int) ViewMaterialization.MIN_FOLDS);
    assertThat(version.windows().size()).isEqualTo(1); // its reader may still ask

    reader.passed(late, Duration.ZERO);
    assertThat(fold.isStale(version)).isTrue();
    version = fold.advance(version, block(late));
    assertThat(version.windows().size()).isZero();
    assertThat(fold.isStale(version)).isFalse();
  }

  private static WindowedValue<?> element(String value, long timestamp, BoundedWindow window) {
    return WindowedValues.of(
        value, Instant.ofEpochMilli(timestamp), List.of(window), PaneInfo.NO_FIRING);
  }

  private static WindowContents contents(Object window, long end, long index) {
    return new WindowContents(window, end, index, WindowedValues.valueInGlobalWindow(List.of()));
  }

  private record SameHash(String name, int hash) {
    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof SameHash that && name.equals(that.name);
    }
  }

  private PCollection<String> strings() {
    return pipeline
        .apply("strings" + ++collections, Create.of("x"))
        .apply("windows" + collections, Window.into(FixedWindows.of(TEN)));
  }

  private PCollection<KV<String, String>> pairs() {
    return pipeline
        .apply(
            Create.of(KV.of("x", "y"))
                .withCoder(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of())))
        .apply(Window.into(FixedWindows.of(TEN)));
  }

  private static ViewMaterialization materialization(PCollectionView<?> view) {
    return new ViewMaterialization(view.getWindowingStrategyInternal());
  }

  @SuppressWarnings("unchecked")
  private static Iterable<String> iterable(
      ViewVersion version, PCollectionView<?> view, BoundedWindow window) {
    return (Iterable<String>) version.get(view, window);
  }

  private static IntervalWindow window(long start) {
    return new IntervalWindow(Instant.ofEpochMilli(start), TEN);
  }

  private static WindowedValue<?> pane(BoundedWindow window, int index, Object... values) {
    return WindowedValues.of(
        List.of(values),
        window.maxTimestamp(),
        List.of(window),
        PaneInfo.createPane(index == 0, false, Timing.EARLY, index, -1));
  }

  private static InputBlock block(long watermark, WindowedValue<?>... panes) {
    return new InputBlock() {
      @Override
      public boolean isEmpty() {
        return panes.length == 0;
      }

      @Override
      public void drain(RecordConsumer consumer) throws Exception {
        for (WindowedValue<?> pane : panes) {
          consumer.accept(pane);
        }
      }

      @Override
      public long watermark() {
        return watermark;
      }
    };
  }
}
