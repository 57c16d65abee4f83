package dev.sluice.translation.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.Keep;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.translation.operator.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateNamespaces;
import org.apache.beam.runners.core.TimerInternals.TimerData;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow.IntervalWindowCoder;
import org.joda.time.Instant;

/**
 * Random lives of timers, compared at every step with a map that is searched from end to end, and
 * across snapshots as state is.
 */
class TimersModelTest {
  private static final int GROUPS = 16;
  private static final int KEYS = 4;

  private enum Act {
    SET,
    DELETE,
    POLL_EVENT,
    POLL_PROCESSING,
    LOOK,
    SNAPSHOT,
    FULL_SNAPSHOT,
    COMMIT,
    ABORT,
    RESTORE
  }

  private record Step(Act act, int key, int name, TimeDomain domain, int time, int output) {}

  private record Identity(int key, TimeDomain domain, int name) {}

  @Provide
  @Keep
  Arbitrary<List<Step>> lives() {
    Arbitrary<Act> acts =
        Arbitraries.frequencyOf(
            Tuple.of(30, Arbitraries.just(Act.SET)),
            Tuple.of(10, Arbitraries.just(Act.DELETE)),
            Tuple.of(10, Arbitraries.just(Act.POLL_EVENT)),
            Tuple.of(10, Arbitraries.just(Act.POLL_PROCESSING)),
            Tuple.of(10, Arbitraries.just(Act.LOOK)),
            Tuple.of(4, Arbitraries.just(Act.SNAPSHOT)),
            Tuple.of(1, Arbitraries.just(Act.FULL_SNAPSHOT)),
            Tuple.of(4, Arbitraries.just(Act.COMMIT)),
            Tuple.of(2, Arbitraries.just(Act.ABORT)),
            Tuple.of(1, Arbitraries.just(Act.RESTORE)));
    return Combinators.combine(
            acts,
            Arbitraries.integers().between(0, KEYS - 1),
            Arbitraries.integers().between(0, 23),
            Arbitraries.of(TimeDomain.values()),
            Arbitraries.integers().between(0, 30),
            Arbitraries.integers().between(0, 30))
        .as(Step::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(250);
  }

  @Property(tries = 300)
  void livesAsAPlainMap(@ForAll("lives") List<Step> life) throws Exception {
    new World().live(life);
  }

  /** Ours, the model, and the store, side by side. */
  private static final class World {
    private StepTimers ours = fresh();
    private Map<Identity, TimerData> model = new LinkedHashMap<>();
    private Map<Identity, TimerData> atPending;
    private Map<Identity, TimerData> atCommitted = new LinkedHashMap<>();
    private final SnapshotRows rows = new SnapshotRows();

    private static StepTimers fresh() {
      return new StepTimers(
          IntervalWindowCoder.of(),
          GROUPS,
          new TimerClock() {
            @Override
            public long processingTime() {
              return 0;
            }

            @Override
            public long inputWatermark() {
              return 0;
            }

            @Override
            public Long outputWatermark() {
              return null;
            }
          });
    }

    private TimerData pollEvent(Key key, long watermark) {
      return inBeamsTerms(ours.pollEvent(ours.of(key), watermark));
    }

    private TimerData pollProcessing(Key key, long now) {
      return inBeamsTerms(ours.pollProcessing(ours.of(key), now));
    }

    private static TimerData inBeamsTerms(StoredTimer polled) {
      return polled == null ? null : polled.toTimerData();
    }

    private static List<Key> keys(List<KeyTimers> timers) {
      return timers.stream().map(KeyTimers::key).toList();
    }

    void live(List<Step> life) throws Exception {
      for (Step step : life) {
        switch (step.act()) {
          case SET -> set(step);
          case DELETE -> {
            ours.of(key(step.key()))
                .deleteTimer(
                    namespace(step.name()), id(step.name()), family(step.name()), step.domain());
            model.remove(identity(step));
          }
          case POLL_EVENT -> {
            TimerData expected = next(step.key(), step.time(), List.of(TimeDomain.EVENT_TIME));
            assertThat(pollEvent(key(step.key()), step.time())).isEqualTo(expected);
            forget(step.key(), expected);
          }
          case POLL_PROCESSING -> {
            TimerData expected =
                next(
                    step.key(),
                    step.time(),
                    List.of(TimeDomain.PROCESSING_TIME, TimeDomain.SYNCHRONIZED_PROCESSING_TIME));
            assertThat(pollProcessing(key(step.key()), step.time())).isEqualTo(expected);
            forget(step.key(), expected);
          }
          case LOOK -> look(step.time());
          case SNAPSHOT -> snapshot(false);
          case FULL_SNAPSHOT -> snapshot(true);
          case COMMIT -> end(true);
          case ABORT -> end(false);
          case RESTORE -> restore();
        }
      }
      look(15);
      end(false);
      snapshot(false);
      end(true);
      restore();
      for (int key = 0; key < KEYS; key++) {
        ours.takeEvent(ours.of(key(key)), Long.MAX_VALUE);
        ours.takeProcessing(ours.of(key(key)), Long.MAX_VALUE);
      }
      assertThat(ours.isEmpty()).isTrue();
      model.clear();
      snapshot(false);
      end(true);
      assertThat(rows.size()).isZero();
    }

    private void set(Step step) {
      TimerData timer =
          TimerData.of(
              id(step.name()),
              family(step.name()),
              namespace(step.name()),
              Instant.ofEpochMilli(step.time()),
              Instant.ofEpochMilli(step.output()),
              step.domain());
      ours.of(key(step.key()))
          .setTimer(
              timer.getNamespace(),
              timer.getTimerId(),
              timer.getTimerFamilyId(),
              timer.getTimestamp(),
              timer.getOutputTimestamp(),
              step.domain());
      model.put(identity(step), timer);
    }

    private TimerData next(int key, long now, List<TimeDomain> domains) {
      return model.entrySet().stream()
          .filter(e -> e.getKey().key() == key && domains.contains(e.getKey().domain()))
          .map(Map.Entry::getValue)
          .filter(timer -> timer.getTimestamp().getMillis() < now)
          .min(
              Comparator.comparing(TimerData::getTimestamp)
                  .thenComparing(TimerData::getDomain)
                  .thenComparing(Comparator.naturalOrder()))
          .orElse(null);
    }

    /** Timers of different keys may be equal. */
    private void forget(int key, TimerData timer) {
      model.entrySet().removeIf(e -> e.getKey().key() == key && e.getValue().equals(timer));
    }

    private void look(long now) {
      assertThat(keys(ours.dueByEventTime(now))).isEqualTo(due(now, false));
      assertThat(keys(ours.dueByProcessingTime(now))).isEqualTo(due(now, true));
      long wakeUp = least(true);
      assertThat(ours.nextWakeUp())
          .isEqualTo(wakeUp == Long.MAX_VALUE ? TaskReport.NO_WAKE_UP : wakeUp + 1);
      assertThat(ours.nextEventTime()).isEqualTo(least(false));
      assertThat(ours.minHold())
          .isEqualTo(
              model.values().stream()
                  .mapToLong(timer -> timer.getOutputTimestamp().getMillis())
                  .min()
                  .orElse(BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis()));
      assertThat(ours.timerCount()).isEqualTo(model.size());
      assertThat(ours.keyCount())
          .isEqualTo((int) model.keySet().stream().map(Identity::key).distinct().count());
    }

    private List<Key> due(long now, boolean processing) {
      return model.entrySet().stream()
          .filter(e -> e.getKey().domain() != TimeDomain.EVENT_TIME == processing)
          .filter(e -> e.getValue().getTimestamp().getMillis() < now)
          .map(e -> key(e.getKey().key()))
          .distinct()
          .sorted()
          .toList();
    }

    private long least(boolean processing) {
      return model.values().stream()
          .filter(timer -> timer.getDomain() != TimeDomain.EVENT_TIME == processing)
          .mapToLong(timer -> timer.getTimestamp().getMillis())
          .min()
          .orElse(Long.MAX_VALUE);
    }

    private void snapshot(boolean full) throws Exception {
      ours.snapshot(rows.begin(full), full);
      atPending = new LinkedHashMap<>(model);
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

    private void restore() throws Exception {
      ours = fresh();
      rows.restore(ours::restoreRow);
      model = new LinkedHashMap<>(atCommitted);
      atPending = null;
      look(15);
      assertThat(rows.size()).isEqualTo(model.size());
    }

    private static Identity identity(Step step) {
      return new Identity(step.key(), step.domain(), step.name());
    }

    private static Key key(int key) {
      return Key.of(new byte[] {(byte) key, 7});
    }

    private static String id(int name) {
      return "id" + name % 2;
    }

    private static String family(int name) {
      return "family" + name / 2 % 2;
    }

    private static StateNamespace namespace(int name) {
      int window = name / 4;
      IntervalWindow interval =
          new IntervalWindow(Instant.ofEpochMilli(window), Instant.ofEpochMilli(window + 1L));
      return window == 0
          ? StateNamespaces.global()
          : StateNamespaces.window(IntervalWindowCoder.of(), interval);
    }
  }

  /** Items are filed, move later, move earlier and go; the least time is that of all. */
  @Property(tries = 300)
  void bucketsKnowTheLeastTime(@ForAll List<@IntRange(min = -60, max = 60) Integer> numbers) {
    List<Filed> model = new ArrayList<>();
    FiledItems buckets = new FiledItems();
    for (int number : numbers) {
      Filed one = model.isEmpty() ? null : model.get(Math.floorMod(number, model.size()));
      if (one != null && number % 4 == 0) {
        model.remove(one);
        buckets.remove(one);
        assertThat(one.bucket).isNull();
      } else if (one != null && number % 4 == 1) {
        one.time += number;
        buckets.file(one);
      } else {
        Filed item = new Filed(number / 4);
        buckets.file(item);
        model.add(item);
      }
      assertThat(buckets.size()).isEqualTo(model.size());
      assertThat(buckets.min())
          .isEqualTo(model.stream().mapToLong(item -> item.time).min().orElse(Long.MAX_VALUE));
      List<Filed> early = new ArrayList<>();
      buckets.filedBefore(0, early::add);
      assertThat(early).containsAll(model.stream().filter(item -> item.time < 0).toList());
    }
  }

  private static final class Filed {
    private long time;
    private TimeBuckets.Bucket bucket;
    private int place;

    Filed(long time) {
      this.time = time;
    }
  }

  private static final class FiledItems extends TimeBuckets<Filed> {
    @Override
    long time(Filed item) {
      return item.time;
    }

    @Override
    Bucket bucket(Filed item) {
      return item.bucket;
    }

    @Override
    int place(Filed item) {
      return item.place;
    }

    @Override
    void placed(Filed item, Bucket bucket, int place) {
      item.bucket = bucket;
      item.place = place;
    }
  }
}
