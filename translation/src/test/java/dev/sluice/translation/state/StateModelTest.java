package dev.sluice.translation.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.Keep;
import dev.sluice.translation.operator.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.beam.runners.core.InMemoryStateInternals;
import org.apache.beam.runners.core.StateInternals;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateNamespaces;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.runners.core.StateTags;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.CombiningState;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.MultimapState;
import org.apache.beam.sdk.state.OrderedListState;
import org.apache.beam.sdk.state.SetState;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.state.WatermarkHoldState;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow.IntervalWindowCoder;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * Random lives of state, compared with Beam's in-memory state at every step, and across snapshots:
 * full ones, chains of deltas, aborted ones, ones whose outcome comes late, and restores.
 */
class StateModelTest {
  private static final int KEYS = 3;
  private static final int GROUPS = 16;

  private static final StateTag<ValueState<String>> VALUE =
      StateTags.value("value", StringUtf8Coder.of());
  private static final StateTag<BagState<String>> BAG = StateTags.bag("bag", StringUtf8Coder.of());
  private static final StateTag<SetState<String>> SET = StateTags.set("set", StringUtf8Coder.of());
  private static final StateTag<MapState<String, Integer>> MAP =
      StateTags.map("map", StringUtf8Coder.of(), VarIntCoder.of());
  private static final StateTag<MultimapState<String, Integer>> MULTIMAP =
      StateTags.multimap("multimap", StringUtf8Coder.of(), VarIntCoder.of());
  private static final StateTag<OrderedListState<String>> LIST =
      StateTags.orderedList("list", StringUtf8Coder.of());
  private static final StateTag<CombiningState<Integer, int[], Integer>> SUM =
      StateTags.combiningValueFromInputInternal("sum", VarIntCoder.of(), Sum.ofIntegers());
  private static final List<StateTag<WatermarkHoldState>> HOLDS =
      List.of(
          StateTags.watermarkStateInternal("earliest", TimestampCombiner.EARLIEST),
          StateTags.watermarkStateInternal("latest", TimestampCombiner.LATEST),
          StateTags.watermarkStateInternal("eow", TimestampCombiner.END_OF_WINDOW));

  private static final List<StateNamespace> NAMESPACES = namespaces();

  private static List<StateNamespace> namespaces() {
    List<StateNamespace> namespaces = new ArrayList<>();
    namespaces.add(StateNamespaces.global());
    for (int i = 0; i < 9; i++) {
      namespaces.add(StateNamespaces.window(IntervalWindowCoder.of(), window(i)));
    }
    namespaces.add(StateNamespaces.windowAndTrigger(IntervalWindowCoder.of(), window(0), 0));
    namespaces.add(StateNamespaces.windowAndTrigger(IntervalWindowCoder.of(), window(0), 1));
    return namespaces;
  }

  private static IntervalWindow window(int i) {
    return new IntervalWindow(Instant.ofEpochMilli(i * 10L), Instant.ofEpochMilli(i * 10L + 10));
  }

  /** What may happen; the numbers are taken modulo what there is. */
  private enum Act {
    CHANGE,
    CLEAR,
    SNAPSHOT,
    FULL_SNAPSHOT,
    COMMIT,
    ABORT,
    RESTORE
  }

  private record Step(Act act, int key, int namespace, int kind, int verb, int argument) {}

  @Provide
  @Keep
  Arbitrary<List<Step>> lives() {
    Arbitrary<Act> acts =
        Arbitraries.frequencyOf(
            Tuple.of(30, Arbitraries.just(Act.CHANGE)),
            Tuple.of(15, Arbitraries.just(Act.CLEAR)),
            Tuple.of(4, Arbitraries.just(Act.SNAPSHOT)),
            Tuple.of(1, Arbitraries.just(Act.FULL_SNAPSHOT)),
            Tuple.of(4, Arbitraries.just(Act.COMMIT)),
            Tuple.of(2, Arbitraries.just(Act.ABORT)),
            Tuple.of(1, Arbitraries.just(Act.RESTORE)));
    Arbitrary<Integer> small = Arbitraries.integers().between(0, 4);
    return Combinators.combine(
            acts,
            Arbitraries.integers().between(0, KEYS - 1),
            Arbitraries.integers().between(0, NAMESPACES.size() - 1),
            Arbitraries.integers().between(0, 9),
            small,
            small)
        .as(Step::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(150);
  }

  @Property(tries = 300)
  void livesAsBeamsInMemoryState(@ForAll("lives") List<Step> life) throws Exception {
    new World().live(life);
  }

  /** Ours, the model, and the store, side by side. */
  private static final class World {
    private StepState ours = new StepState(IntervalWindowCoder.of(), GROUPS);
    private List<InMemoryStateInternals<String>> model = freshModel();

    /** What the state was when the pending and the last committed snapshot were taken. */
    private List<String> atPending;

    private List<String> atCommitted = describe(this::modelOf);
    private final SnapshotRows rows = new SnapshotRows();

    private static List<InMemoryStateInternals<String>> freshModel() {
      List<InMemoryStateInternals<String>> model = new ArrayList<>();
      for (int key = 0; key < KEYS; key++) {
        model.add(InMemoryStateInternals.forKey("key" + key));
      }
      return model;
    }

    private StateInternals modelOf(int key) {
      return model.get(key);
    }

    private StateInternals oursOf(int key) {
      return ours.of(key(key), "key" + key);
    }

    void live(List<Step> life) throws Exception {
      for (Step step : life) {
        switch (step.act()) {
          case CHANGE -> {
            Object expected = change(modelOf(step.key()), step);
            assertThat(change(oursOf(step.key()), step)).isEqualTo(expected);
          }
          case CLEAR -> {
            clear(modelOf(step.key()), step);
            clear(oursOf(step.key()), step);
          }
          case SNAPSHOT -> snapshot(false);
          case FULL_SNAPSHOT -> snapshot(true);
          case COMMIT -> end(true);
          case ABORT -> end(false);
          case RESTORE -> restore();
        }
        checkCounts();
      }
      assertThat(describe(this::oursOf)).isEqualTo(describe(this::modelOf));
      end(false);
      snapshot(false);
      end(true);
      restore();
      assertThat(describe(this::oursOf)).isEqualTo(atCommitted);
      leaveNothing();
    }

    private void snapshot(boolean full) throws Exception {
      ours.snapshot(rows.begin(full), full);
      atPending = describe(this::modelOf);
    }

    private void end(boolean committed) {
      if (atPending != null) {
        ours.snapshotCommitted(committed);
        if (committed) {
          rows.commit();
          atCommitted = atPending;
        }
        atPending = null;
      }
    }

    /** Another process takes over from the last committed snapshot. */
    private void restore() throws Exception {
      StepState restored = new StepState(IntervalWindowCoder.of(), GROUPS);
      rows.restore(restored::restoreRow);
      ours = restored;
      atPending = null;
      long holdBefore = ours.minHold();
      List<String> found = describe(this::oursOf);
      assertThat(found).isEqualTo(atCommitted);
      assertThat(ours.minHold()).as("hold of rows not asked for").isEqualTo(holdBefore);
      // The model goes on from there, with contents copied out of ours, which were just compared.
      model = freshModel();
      for (int key = 0; key < KEYS; key++) {
        copy(oursOf(key), modelOf(key));
      }
      assertThat(describe(this::modelOf)).isEqualTo(atCommitted);
    }

    private void checkCounts() {
      long least = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();
      int keys = 0;
      for (int key = 0; key < KEYS; key++) {
        for (StateNamespace namespace : NAMESPACES) {
          for (StateTag<WatermarkHoldState> tag : HOLDS) {
            Instant hold = modelOf(key).state(namespace, tag).read();
            least = hold == null ? least : Math.min(least, hold.getMillis());
          }
        }
        keys += describe(modelOf(key)).isEmpty() ? 0 : 1;
      }
      assertThat(ours.minHold()).isEqualTo(least);
      assertThat(ours.keyCount()).isEqualTo(keys);
      assertThat(ours.isEmpty()).isEqualTo(keys == 0);
    }

    private void leaveNothing() throws Exception {
      for (int key = 0; key < KEYS; key++) {
        for (int namespace = 0; namespace < NAMESPACES.size(); namespace++) {
          for (int kind = 0; kind < 10; kind++) {
            clear(oursOf(key), new Step(Act.CLEAR, key, namespace, kind, 0, 0));
          }
        }
      }
      ours.snapshot(rows.begin(false), false);
      rows.commit();
      ours.snapshotCommitted(true);
      ours.sweep();
      assertThat(ours.retainedKeys()).isZero();
      assertThat(rows.size()).isZero();
    }
  }

  private static Key key(int key) {
    return Key.of(new byte[] {(byte) key, 7});
  }

  private static Object change(StateInternals state, Step step) {
    StateNamespace namespace = NAMESPACES.get(step.namespace());
    String text = "v" + step.argument();
    int verb = step.verb();
    switch (step.kind()) {
      case 0 -> state.state(namespace, VALUE).write(text);
      case 1 -> state.state(namespace, BAG).add(text);
      case 2 -> {
        SetState<String> set = state.state(namespace, SET);
        if (verb == 0) {
          set.remove(text);
        } else if (verb == 1) {
          return set.addIfAbsent(text).read();
        } else if (verb == 2) {
          var unread = set.addIfAbsent(text);
          return unread != null;
        } else {
          set.add(text);
          return set.contains("v1").read();
        }
      }
      case 3 -> {
        MapState<String, Integer> map = state.state(namespace, MAP);
        if (verb == 0) {
          map.remove(text);
        } else if (verb == 1) {
          return map.putIfAbsent(text, step.argument() * 7).read();
        } else if (verb == 2) {
          var unread = map.computeIfAbsent(text, k -> k.length() + 100);
          return unread != null;
        } else {
          map.put(text, verb);
          return map.getOrDefault("v2", -1).read();
        }
      }
      case 4 -> {
        MultimapState<String, Integer> multimap = state.state(namespace, MULTIMAP);
        if (verb == 0) {
          multimap.remove(text);
        } else {
          multimap.put(text, verb);
          return multimap.containsKey("v2").read();
        }
      }
      case 5 -> {
        OrderedListState<String> list = state.state(namespace, LIST);
        if (verb == 0) {
          list.clearRange(at(step.argument()), at(step.argument() + 2));
        } else {
          list.add(TimestampedValue.of(text + verb, at(verb)));
          return strings(list.readRange(at(step.argument()), at(4)));
        }
      }
      case 6 -> {
        CombiningState<Integer, int[], Integer> sum = state.state(namespace, SUM);
        if (verb == 0) {
          sum.addAccum(new int[] {step.argument()});
        } else {
          sum.add(step.argument());
        }
        return sum.read();
      }
      default -> state.state(namespace, HOLDS.get(step.kind() - 7)).add(at(verb * 5));
    }
    return null;
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  private static void clear(StateInternals state, Step step) {
    StateNamespace namespace = NAMESPACES.get(step.namespace());
    switch (step.kind()) {
      case 0 -> state.state(namespace, VALUE).clear();
      case 1 -> state.state(namespace, BAG).clear();
      case 2 -> state.state(namespace, SET).clear();
      case 3 -> state.state(namespace, MAP).clear();
      case 4 -> state.state(namespace, MULTIMAP).clear();
      case 5 -> state.state(namespace, LIST).clear();
      case 6 -> state.state(namespace, SUM).clear();
      default -> state.state(namespace, HOLDS.get(step.kind() - 7)).clear();
    }
  }

  private interface ByKey {
    StateInternals of(int key);
  }

  private static List<String> describe(ByKey states) {
    List<String> all = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      all.addAll(describe(states.of(key)));
    }
    return all;
  }

  /** Everything a key has, what is empty left out. */
  private static List<String> describe(StateInternals state) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < NAMESPACES.size(); i++) {
      StateNamespace namespace = NAMESPACES.get(i);
      String place = state.getKey() + "/" + i + "/";
      String value = state.state(namespace, VALUE).read();
      if (value != null) {
        all.add(place + "value " + value);
      }
      List<String> parts = strings(state.state(namespace, BAG).read());
      add(all, place + "bag", parts, state.state(namespace, BAG).isEmpty().read());
      parts = sorted(strings(state.state(namespace, SET).read()));
      add(all, place + "set", parts, state.state(namespace, SET).isEmpty().read());
      MapState<String, Integer> map = state.state(namespace, MAP);
      parts = sorted(strings(map.entries().read()));
      add(all, place + "map", parts, map.isEmpty().read());
      assertThat(sorted(strings(map.keys().read()))).hasSameSizeAs(parts);
      assertThat(sorted(strings(map.values().read()))).hasSameSizeAs(parts);
      MultimapState<String, Integer> multimap = state.state(namespace, MULTIMAP);
      parts = new ArrayList<>();
      for (String key : sorted(strings(multimap.keys().read()))) {
        parts.add(key + strings(multimap.get(key).read()));
      }
      add(all, place + "multimap", parts, multimap.isEmpty().read());
      OrderedListState<String> list = state.state(namespace, LIST);
      add(all, place + "list", strings(list.read()), list.isEmpty().read());
      CombiningState<Integer, int[], Integer> sum = state.state(namespace, SUM);
      if (!sum.isEmpty().read()) {
        all.add(place + "sum " + sum.read());
      }
      for (StateTag<WatermarkHoldState> tag : HOLDS) {
        Instant hold = state.state(namespace, tag).read();
        if (hold != null) {
          all.add(place + tag.getId() + " " + hold.getMillis());
        }
      }
    }
    return all;
  }

  private static void add(List<String> all, String name, List<String> parts, boolean empty) {
    assertThat(empty).isEqualTo(parts.isEmpty());
    if (!parts.isEmpty()) {
      all.add(name + " " + parts);
    }
  }

  private static List<String> strings(Iterable<?> values) {
    return StreamSupport.stream(values.spliterator(), false).map(Objects::toString).toList();
  }

  private static List<String> sorted(List<String> values) {
    return values.stream().sorted(Comparator.naturalOrder()).toList();
  }

  private static void copy(StateInternals from, StateInternals to) {
    for (StateNamespace namespace : NAMESPACES) {
      String value = from.state(namespace, VALUE).read();
      if (value != null) {
        to.state(namespace, VALUE).write(value);
      }
      from.state(namespace, BAG).read().forEach(to.state(namespace, BAG)::add);
      from.state(namespace, SET).read().forEach(to.state(namespace, SET)::add);
      from.state(namespace, MAP)
          .entries()
          .read()
          .forEach(e -> to.state(namespace, MAP).put(e.getKey(), e.getValue()));
      from.state(namespace, MULTIMAP)
          .entries()
          .read()
          .forEach(e -> to.state(namespace, MULTIMAP).put(e.getKey(), e.getValue()));
      from.state(namespace, LIST).read().forEach(to.state(namespace, LIST)::add);
      if (!from.state(namespace, SUM).isEmpty().read()) {
        to.state(namespace, SUM).add(from.state(namespace, SUM).read());
      }
      for (StateTag<WatermarkHoldState> tag : HOLDS) {
        Instant hold = from.state(namespace, tag).read();
        if (hold != null) {
          to.state(namespace, tag).add(hold);
        }
      }
    }
  }
}
