package dev.sluice.translation.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.translation.operator.Key;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.StateInternals;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateNamespaces;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.runners.core.StateTags;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.CombiningState;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.MultimapState;
import org.apache.beam.sdk.state.OrderedListState;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.state.SetState;
import org.apache.beam.sdk.state.StateContext;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.state.WatermarkHoldState;
import org.apache.beam.sdk.transforms.CombineWithContext.CombineFnWithContext;
import org.apache.beam.sdk.transforms.CombineWithContext.Context;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow.IntervalWindowCoder;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** The traps of Beam's state, one by one. */
class StepStateTest {
  private static final int GROUPS = 8;
  private static final Key KEY = key(1);
  private static final StateNamespace GLOBAL = StateNamespaces.global();
  private static final StateTag<ValueState<String>> VALUE =
      StateTags.value("value", StringUtf8Coder.of());
  private static final StateTag<BagState<String>> BAG = StateTags.bag("bag", StringUtf8Coder.of());
  private static final StateTag<ValueState<List<Integer>>> LIST_VALUE =
      StateTags.value("list", ListCoder.of(VarIntCoder.of()));
  private static final StateTag<WatermarkHoldState> HOLD =
      StateTags.watermarkStateInternal("hold", TimestampCombiner.EARLIEST);

  private final SnapshotRows rows = new SnapshotRows();
  private StepState state = fresh();

  private static StepState fresh() {
    return new StepState(IntervalWindowCoder.of(), GROUPS);
  }

  private static Key key(int i) {
    return Key.of(new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i});
  }

  private static StateNamespace window(int i) {
    return StateNamespaces.window(
        IntervalWindowCoder.of(),
        new IntervalWindow(Instant.ofEpochMilli(i), Instant.ofEpochMilli(i + 1L)));
  }

  private StateInternals of(Key key) {
    return state.of(key, "decoded");
  }

  private void saveAndRestore() throws Exception {
    save();
    state = fresh();
    rows.restore(state::restoreRow);
  }

  private void save() throws Exception {
    state.snapshot(rows.begin(false), false);
    rows.commit();
    state.snapshotCommitted(true);
  }

  @Test
  void givesTheDecodedKeyAndTheSameObjects() {
    StateInternals internals = state.of(KEY, "one");
    assertThat(internals.getKey()).isEqualTo("one");
    assertThat(internals.state(GLOBAL, VALUE)).isSameAs(internals.state(GLOBAL, VALUE));
    assertThat(internals.state(window(1), VALUE)).isSameAs(internals.state(window(1), VALUE));
    assertThat(state.of(key(1), "one")).isSameAs(internals);
    assertThat(state.of(KEY, null).getKey()).isNull();
  }

  @Test
  void windowsAreTheSameIfTheirEncodingsAre() throws Exception {
    Coder<OddWindow> coder = new OddWindowCoder();
    state = new StepState(coder, GROUPS);
    of(KEY).state(StateNamespaces.window(coder, new OddWindow(3)), VALUE).write("three");
    assertThat(of(KEY).state(StateNamespaces.window(coder, new OddWindow(3)), VALUE).read())
        .isEqualTo("three");
    save();
    state = new StepState(coder, GROUPS);
    rows.restore(state::restoreRow);
    assertThat(of(KEY).state(StateNamespaces.window(coder, new OddWindow(3)), VALUE).read())
        .isEqualTo("three");
    assertThat(of(KEY).state(StateNamespaces.window(coder, new OddWindow(4)), VALUE).read())
        .isNull();
  }

  @Test
  void theFirstBindingOfACellWinsAndTagsAreTheSameById() {
    StateTag<ValueState<String>> again = StateTags.value("value", StringUtf8Coder.of());
    of(KEY).state(GLOBAL, VALUE).write("x");
    assertThat(of(KEY).state(GLOBAL, again).read()).isEqualTo("x");
    // Elsewhere, the same id may mean something else.
    StateTag<BagState<String>> other = StateTags.bag("value", StringUtf8Coder.of());
    of(KEY).state(window(1), other).add("y");
    assertThat(of(KEY).state(window(1), other).read()).containsExactly("y");
    assertThat(of(KEY).state(GLOBAL, VALUE).read()).isEqualTo("x");
  }

  @Test
  void aBagMayBeWrittenToAndClearedWhileItIsRead() {
    BagState<String> bag = of(KEY).state(GLOBAL, BAG);
    for (int i = 0; i < 10; i++) {
      bag.add("a" + i);
    }
    Iterable<String> before = bag.read();
    for (String element : before) {
      bag.add(element + element);
    }
    assertThat(before).hasSize(10);
    assertThat(bag.read()).hasSize(20);
    bag.clear();
    bag.add("new");
    assertThat(before).hasSize(10).first().isEqualTo("a0");
    assertThat(bag.read()).containsExactly("new");
    assertThatThrownBy(() -> ((List<String>) before).add("not this way"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void whatABagReadsMayGoThroughASerializableCoder() {
    BagState<String> bag = of(KEY).state(GLOBAL, BAG);
    bag.add("a");
    bag.add("b");
    Iterable<String> read = bag.read();
    bag.add("c");
    assertThat((Iterable<?>) SerializableUtils.clone((Serializable) read))
        .isEqualTo(List.of("a", "b"));
  }

  @Test
  void whatWasReadDoesNotChangeWithLaterWrites() {
    StateInternals internals = of(KEY);
    SetState<String> set = internals.state(GLOBAL, StateTags.set("set", StringUtf8Coder.of()));
    MapState<String, Integer> map =
        internals.state(GLOBAL, StateTags.map("map", StringUtf8Coder.of(), VarIntCoder.of()));
    MultimapState<String, Integer> multimap =
        internals.state(
            GLOBAL, StateTags.multimap("multimap", StringUtf8Coder.of(), VarIntCoder.of()));
    set.add("a");
    map.put("a", 1);
    multimap.put("a", 1);
    Iterable<String> members = set.read();
    Iterable<Map.Entry<String, Integer>> entries = map.entries().read();
    Iterable<Map.Entry<String, Integer>> pairs = multimap.entries().read();
    Iterable<Integer> values = multimap.get("a").read();
    ReadableState<Iterable<String>> keysLater = map.keys();
    for (String member : members) {
      set.add(member + "!");
      map.put(member + "!", 2);
      multimap.put("a", 2);
    }
    set.remove("a");
    map.put("a", 7);
    assertThat(members).containsExactly("a");
    assertThat(entries).containsExactly(Map.entry("a", 1));
    assertThat(pairs).containsExactly(Map.entry("a", 1));
    assertThat(values).containsExactly(1);
    assertThat(keysLater.readLater().read()).containsExactly("a", "a!");
  }

  @Test
  void keysOfMapsAndMembersOfSetsAreComparedByStructure() throws Exception {
    byte[] one = {1, 2, 3};
    byte[] same = {1, 2, 3};
    var setTag = StateTags.set("set", ByteArrayCoder.of());
    var mapTag = StateTags.map("map", ByteArrayCoder.of(), VarIntCoder.of());
    var multimapTag = StateTags.multimap("multimap", ByteArrayCoder.of(), VarIntCoder.of());
    StateInternals internals = of(KEY);
    internals.state(GLOBAL, setTag).add(one);
    assertThat(internals.state(GLOBAL, setTag).addIfAbsent(same).read()).isFalse();
    internals.state(GLOBAL, mapTag).put(one, 1);
    internals.state(GLOBAL, mapTag).put(same, 2);
    internals.state(GLOBAL, multimapTag).put(one, 1);
    internals.state(GLOBAL, multimapTag).put(same, 2);
    saveAndRestore();
    internals = of(KEY);
    assertThat(internals.state(GLOBAL, setTag).contains(same).read()).isTrue();
    assertThat(internals.state(GLOBAL, mapTag).get(same).read()).isEqualTo(2);
    assertThat(internals.state(GLOBAL, mapTag).keys().read()).hasSize(1);
    assertThat(internals.state(GLOBAL, multimapTag).get(same).read()).containsExactly(1, 2);
    internals.state(GLOBAL, setTag).remove(same);
    internals.state(GLOBAL, mapTag).remove(same);
    internals.state(GLOBAL, multimapTag).remove(same);
    assertThat(state.isEmpty()).isTrue();
  }

  @Test
  void deferredWritesHappenAlthoughNobodyReadsTheirResult() {
    MapState<String, Integer> map =
        of(KEY).state(GLOBAL, StateTags.map("map", StringUtf8Coder.of(), VarIntCoder.of()));
    SetState<String> set = of(KEY).state(GLOBAL, StateTags.set("set", StringUtf8Coder.of()));
    ReadableState<Integer> computed = map.computeIfAbsent("a", String::length);
    ReadableState<Integer> put = map.putIfAbsent("b", 7);
    ReadableState<Boolean> added = set.addIfAbsent("x");
    assertThat(map.get("a").read()).isEqualTo(1);
    assertThat(map.get("b").read()).isEqualTo(7);
    assertThat(set.contains("x").read()).isTrue();
    assertThat(computed.read()).isNull();
    assertThat(put.read()).isNull();
    assertThat(added.read()).isTrue();
    assertThat(map.putIfAbsent("b", 8).read()).isEqualTo(7);
  }

  @Test
  void rangesOfAnOrderedListExcludeTheirLimit() {
    OrderedListState<String> list =
        of(KEY).state(GLOBAL, StateTags.orderedList("ordered", StringUtf8Coder.of()));
    for (int time : new int[] {3, 1, 2, 1}) {
      list.add(TimestampedValue.of("at" + time, Instant.ofEpochMilli(time)));
    }
    assertThat(list.readRange(Instant.ofEpochMilli(1), Instant.ofEpochMilli(3)))
        .extracting(TimestampedValue::getValue)
        .containsExactly("at1", "at1", "at2");
    Iterable<TimestampedValue<String>> before = list.read();
    list.clearRange(Instant.ofEpochMilli(1), Instant.ofEpochMilli(3));
    assertThat(list.read()).extracting(TimestampedValue::getValue).containsExactly("at3");
    assertThat(before).hasSize(4);
  }

  @Test
  void readingACombiningStateLeavesItsAccumulatorAlone() {
    CombiningState<Integer, int[], Integer> sum =
        of(KEY)
            .state(
                GLOBAL,
                StateTags.combiningValueFromInputInternal(
                    "sum", VarIntCoder.of(), Sum.ofIntegers()));
    assertThat(sum.read()).isZero();
    assertThat(state.isEmpty()).isTrue();
    sum.add(3);
    assertThat(sum.read()).isEqualTo(3);
    assertThat(sum.read()).isEqualTo(3);
    sum.addAccum(new int[] {4});
    assertThat(sum.read()).isEqualTo(7);
    assertThat(sum.getAccum()).containsExactly(7);
  }

  @Test
  void aCombineFnSeesTheNewestContext() {
    StateTag<CombiningState<Integer, Integer, String>> tag =
        StateTags.combiningValueWithContext("sum", VarIntCoder.of(), new WindowNamingSum());
    of(KEY).state(GLOBAL, tag, inWindow(1)).add(5);
    assertThat(of(KEY).state(GLOBAL, tag, inWindow(2)).read()).isEqualTo("5 in 2");
    assertThat(of(KEY).state(GLOBAL, tag).read()).as("no context keeps the last").contains("in 2");
  }

  @Test
  void aMutableValueThatWasReadIsSavedAgain() throws Exception {
    of(KEY).state(GLOBAL, LIST_VALUE).write(new ArrayList<>(List.of(1)));
    save();
    of(KEY).state(GLOBAL, LIST_VALUE).read().add(2);
    saveAndRestore();
    assertThat(of(KEY).state(GLOBAL, LIST_VALUE).read()).containsExactly(1, 2);
  }

  @Test
  void anImmutableValueThatWasReadIsNotSavedAgain() throws Exception {
    of(KEY).state(GLOBAL, VALUE).write("x");
    of(KEY).state(GLOBAL, BAG).add("y");
    save();
    assertThat(of(KEY).state(GLOBAL, VALUE).read()).isEqualTo("x");
    assertThat(of(KEY).state(GLOBAL, BAG).read()).containsExactly("y");
    state.snapshot(rows.begin(false), false);
    assertThat(rows.pendingPuts()).isZero();
    assertThat(rows.pendingDeletes()).isZero();
  }

  @Test
  void onlyChangesAreWrittenAndClearedCellsBecomeTombstones() throws Exception {
    for (int i = 0; i < 10; i++) {
      of(key(i)).state(GLOBAL, VALUE).write("v" + i);
    }
    save();
    of(key(3)).state(GLOBAL, VALUE).write("other");
    of(key(4)).state(GLOBAL, VALUE).clear();
    of(key(99)).state(GLOBAL, VALUE).write("came");
    of(key(99)).state(GLOBAL, VALUE).clear();
    state.snapshot(rows.begin(false), false);
    assertThat(rows.pendingPuts()).isEqualTo(1);
    assertThat(rows.pendingDeletes()).isEqualTo(1);
    state.snapshotCommitted(false);
    state.snapshot(rows.begin(false), false);
    assertThat(rows.pendingPuts()).as("after an abort").isEqualTo(1);
    assertThat(rows.pendingDeletes()).as("after an abort").isEqualTo(1);
    rows.commit();
    state.snapshotCommitted(true);
    saveAndRestore();
    assertThat(state.keyCount()).isEqualTo(9);
    assertThat(of(key(3)).state(GLOBAL, VALUE).read()).isEqualTo("other");
    assertThat(of(key(4)).state(GLOBAL, VALUE).read()).isNull();
  }

  @Test
  void whatChangesWhileASnapshotIsUnderWayIsWrittenByTheNext() throws Exception {
    of(KEY).state(GLOBAL, VALUE).write("old");
    of(key(2)).state(GLOBAL, VALUE).write("to be cleared");
    state.snapshot(rows.begin(false), false);
    of(KEY).state(GLOBAL, VALUE).write("new");
    of(key(2)).state(GLOBAL, VALUE).clear();
    rows.commit();
    state.snapshotCommitted(true);
    saveAndRestore();
    assertThat(of(KEY).state(GLOBAL, VALUE).read()).isEqualTo("new");
    assertThat(state.keyCount()).isEqualTo(1);
  }

  @Test
  void restoredHoldsHoldBeforeAnybodyAsks() throws Exception {
    of(KEY).state(window(1), HOLD).add(Instant.ofEpochMilli(100));
    of(key(2)).state(window(1), HOLD).add(Instant.ofEpochMilli(50));
    of(key(2)).state(window(2), HOLD).add(Instant.ofEpochMilli(70));
    assertThat(state.minHold()).isEqualTo(50);
    saveAndRestore();
    assertThat(state.minHold()).isEqualTo(50);
    of(key(2)).state(window(1), HOLD).clear();
    assertThat(state.minHold()).isEqualTo(70);
    of(key(2)).state(window(2), HOLD).add(Instant.ofEpochMilli(60));
    assertThat(state.minHold()).isEqualTo(60);
    of(key(2)).state(window(2), HOLD).clear();
    of(KEY).state(window(1), HOLD).clear();
    assertThat(state.minHold()).isEqualTo(BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis());
  }

  @Test
  void restoredRowsNobodyAsksForSurviveAFullSnapshot() throws Exception {
    of(KEY).state(window(1), VALUE).write("x");
    of(KEY).state(window(1), HOLD).add(Instant.ofEpochMilli(100));
    saveAndRestore();
    state.snapshot(rows.begin(true), true);
    rows.commit();
    state.snapshotCommitted(true);
    saveAndRestore();
    assertThat(of(KEY).state(window(1), VALUE).read()).isEqualTo("x");
    assertThat(state.minHold()).isEqualTo(100);
  }

  @Test
  void anotherKindUnderTheSameIdIsRefusedByName() throws Exception {
    of(KEY).state(GLOBAL, VALUE).write("x");
    saveAndRestore();
    assertThatThrownBy(
            () -> of(KEY).state(GLOBAL, StateTags.bag("value", StringUtf8Coder.of())).read())
        .hasMessageContaining("'value'")
        .hasMessageContaining("VALUE")
        .hasMessageContaining("BAG");
  }

  @Test
  void anotherCoderUnderTheSameIdIsRefusedByName() throws Exception {
    of(KEY).state(GLOBAL, VALUE).write("a text that is longer than a number");
    saveAndRestore();
    assertThatThrownBy(
            () -> of(KEY).state(GLOBAL, StateTags.value("value", VarLongCoder.of())).read())
        .hasMessageContaining("'value'");
  }

  @Test
  void aCoderThatFailsIsNamedByItsState() {
    StateTag<ValueState<String>> broken = StateTags.value("broken", new BrokenCoder());
    of(KEY).state(GLOBAL, broken).write("x");
    assertThatThrownBy(() -> state.snapshot(rows.begin(false), false))
        .hasMessageContaining("'broken'")
        .hasRootCauseMessage("cannot encode");
  }

  @Test
  void tablesOfOthersAreLeftToOthers() throws Exception {
    assertThat(state.restoreRow(StepTimers.TABLE, 0, new byte[0], new byte[0])).isFalse();
    assertThatThrownBy(
            () -> state.restoreRow(CellKind.VALUE.table("x"), 0, new byte[] {5, 1}, new byte[] {1}))
        .hasMessageContaining("cut off");
  }

  @Test
  void nothingIsKeptOfKeysThatHoldNothing() {
    for (int i = 0; i < 10_000; i++) {
      StateInternals internals = of(key(i));
      assertThat(internals.state(window(i), VALUE).read()).isNull();
      internals.state(window(i), BAG).add("x");
      internals.state(window(i), HOLD).add(Instant.ofEpochMilli(i));
      assertThat(state.keyCount()).isEqualTo(1);
      internals.state(window(i), BAG).clear();
      internals.state(window(i), HOLD).clear();
      assertThat(state.retainedKeys()).isLessThanOrEqualTo(1);
    }
    assertThat(state.isEmpty()).isTrue();
    state.sweep();
    assertThat(state.retainedKeys()).isZero();
  }

  @Test
  void nothingIsKeptOfWindowsThatHoldNothing() throws Exception {
    of(KEY).state(GLOBAL, VALUE).write("stays");
    for (int i = 0; i < 100; i++) {
      of(KEY).state(window(i), VALUE).write("x");
    }
    save();
    for (int i = 0; i < 100; i++) {
      of(KEY).state(window(i), VALUE).clear();
    }
    save();
    state.sweep();
    assertThat(((KeyCells) of(KEY)).namespaces()).hasSize(1);
    assertThat(rows.size()).isEqualTo(1);
  }

  @Test
  void aKeyLookedAtWithoutStateLeavesNothing() {
    for (int i = 0; i < 100; i++) {
      assertThat(of(key(i)).getKey()).isEqualTo("decoded");
    }
    assertThat(state.retainedKeys()).isZero();
  }

  @Test
  void aStateInternalsMayBeKept() {
    StateInternals kept = of(KEY);
    kept.state(GLOBAL, VALUE).write("x");
    kept.state(GLOBAL, VALUE).clear();
    of(key(2)).state(GLOBAL, VALUE).write("y");
    kept.state(GLOBAL, VALUE).write("z");
    assertThat(of(KEY).state(GLOBAL, VALUE).read()).isEqualTo("z");
    assertThat(kept.state(GLOBAL, VALUE).read()).isEqualTo("z");
  }

  @Test
  void aKeptStateObjectIsTakenBackOrRefusedButNeverLost() {
    ValueState<String> kept = of(KEY).state(GLOBAL, VALUE);
    state.sweep();
    assertThat(state.retainedKeys()).isZero();
    kept.write("x");
    of(key(2));
    assertThat(of(KEY).state(GLOBAL, VALUE).read()).isEqualTo("x");
    kept.clear();
    state.sweep();
    of(KEY).state(GLOBAL, VALUE).write("by another object");
    assertThatThrownBy(() -> kept.write("lost?"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("kept");
  }

  private static StateContext<BoundedWindow> inWindow(int i) {
    return new StateContext<>() {
      @Override
      public PipelineOptions getPipelineOptions() {
        PipelineOptions options = PipelineOptionsFactory.create();
        options.setJobName(String.valueOf(i));
        return options;
      }

      @Override
      public <T> T sideInput(PCollectionView<T> view) {
        throw new IllegalStateException("no side inputs");
      }

      @Override
      public BoundedWindow window() {
        return new IntervalWindow(Instant.ofEpochMilli(i), Instant.ofEpochMilli(i + 1L));
      }
    };
  }

  /** A sum that reads its context. */
  private static final class WindowNamingSum
      extends CombineFnWithContext<Integer, Integer, String> {
    private static final long serialVersionUID = 1;

    @Override
    public Integer createAccumulator(Context c) {
      return 0;
    }

    @Override
    public Integer addInput(Integer accumulator, Integer input, Context c) {
      return accumulator + input;
    }

    @Override
    public Integer mergeAccumulators(Iterable<Integer> accumulators, Context c) {
      int sum = 0;
      for (int accumulator : accumulators) {
        sum += accumulator;
      }
      return sum;
    }

    @Override
    public String extractOutput(Integer accumulator, Context c) {
      return accumulator + " in " + c.getPipelineOptions().getJobName();
    }
  }

  /** A window without equals. */
  private static final class OddWindow extends BoundedWindow {
    private final int number;

    OddWindow(int number) {
      this.number = number;
    }

    @Override
    public Instant maxTimestamp() {
      return Instant.ofEpochMilli(number);
    }
  }

  private static final class OddWindowCoder extends CustomCoder<OddWindow> {
    private static final long serialVersionUID = 1;

    @Override
    public void encode(OddWindow window, OutputStream out) throws IOException {
      out.write(window.number);
    }

    @Override
    public OddWindow decode(InputStream in) throws IOException {
      return new OddWindow(in.read());
    }

    @Override
    public void verifyDeterministic() {}
  }

  private static final class BrokenCoder extends CustomCoder<String> {
    private static final long serialVersionUID = 1;

    @Override
    public void encode(String value, OutputStream out) throws IOException {
      throw new IOException("cannot encode");
    }

    @Override
    public String decode(InputStream in) {
      return "";
    }
  }
}
