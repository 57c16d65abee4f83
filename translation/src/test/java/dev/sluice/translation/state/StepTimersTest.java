package dev.sluice.translation.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.TaskReport;
import dev.sluice.translation.operator.Key;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateNamespaces;
import org.apache.beam.runners.core.TimerInternals;
import org.apache.beam.runners.core.TimerInternals.TimerData;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow.IntervalWindowCoder;
import org.apache.beam.sdk.values.CausedByDrain;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** The traps of Beam's timers, one by one. */
class StepTimersTest {
  private static final int GROUPS = 8;
  private static final long NONE = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();
  private static final TimeDomain EVENT = TimeDomain.EVENT_TIME;
  private static final TimeDomain PROCESSING = TimeDomain.PROCESSING_TIME;
  private static final TimeDomain SYNCHRONIZED = TimeDomain.SYNCHRONIZED_PROCESSING_TIME;
  private static final StateNamespace WINDOW = window(0);
  private static final Key KEY = key(1);

  private final SteppedClock clock = new SteppedClock();
  private final SnapshotRows rows = new SnapshotRows();
  private StepTimers timers = fresh();

  private StepTimers fresh() {
    return new StepTimers(IntervalWindowCoder.of(), GROUPS, clock);
  }

  private static Key key(int i) {
    return Key.of(new byte[] {(byte) (i >> 8), (byte) i});
  }

  private static StateNamespace window(int i) {
    return StateNamespaces.window(
        IntervalWindowCoder.of(),
        new IntervalWindow(Instant.ofEpochMilli(i), Instant.ofEpochMilli(i + 1L)));
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  private void set(Key key, String id, long time, long outputTime, TimeDomain domain) {
    timers.of(key).setTimer(WINDOW, id, "", at(time), at(outputTime), domain);
  }

  private void set(Key key, String id, long time) {
    set(key, id, time, time, EVENT);
  }

  private TimerData pollEvent(Key key, long watermark) {
    return inBeamsTerms(timers.pollEvent(timers.of(key), watermark));
  }

  private TimerData pollProcessing(Key key, long now) {
    return inBeamsTerms(timers.pollProcessing(timers.of(key), now));
  }

  private static TimerData inBeamsTerms(StoredTimer polled) {
    return polled == null ? null : polled.toTimerData();
  }

  private static List<Key> keys(List<KeyTimers> timers) {
    return timers.stream().map(KeyTimers::key).toList();
  }

  private List<String> fire(long watermark) {
    List<String> fired = new ArrayList<>();
    for (Key key : keys(timers.dueByEventTime(watermark))) {
      for (TimerData timer; (timer = pollEvent(key, watermark)) != null; ) {
        fired.add(timer.getTimerId());
      }
    }
    return fired;
  }

  private void saveAndRestore(boolean full) throws Exception {
    timers.snapshot(rows.begin(full), full);
    rows.commit();
    timers.snapshotCommitted(true);
    timers = fresh();
    rows.restore(timers::restoreRow);
  }

  @Test
  void aTimerIsDueOnlyOnceItsTimeHasPassed() {
    set(KEY, "a", 10);
    assertThat(keys(timers.dueByEventTime(10))).isEmpty();
    assertThat(pollEvent(KEY, 10)).isNull();
    assertThat(keys(timers.dueByEventTime(11))).containsExactly(KEY);
    assertThat(pollEvent(KEY, 11).getTimestamp()).isEqualTo(at(10));
    assertThat(pollEvent(KEY, 11)).isNull();
    assertThat(timers.isEmpty()).isTrue();

    set(KEY, "p", 10, 5, PROCESSING);
    assertThat(timers.nextWakeUp()).isEqualTo(11);
    assertThat(keys(timers.dueByProcessingTime(10))).isEmpty();
    assertThat(keys(timers.dueByProcessingTime(11))).containsExactly(KEY);
    assertThat(pollProcessing(KEY, 10)).isNull();
    assertThat(pollProcessing(KEY, 11)).isNotNull();
    assertThat(timers.nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);
  }

  @Test
  void anEarlierTimerMayCancelOneThatIsDueAlready() {
    set(KEY, "first", 1);
    set(KEY, "second", 2);
    assertThat(keys(timers.dueByEventTime(100))).containsExactly(KEY);
    assertThat(pollEvent(KEY, 100).getTimerId()).isEqualTo("first");
    timers.of(KEY).deleteTimer(WINDOW, "second", "", EVENT);
    assertThat(pollEvent(KEY, 100)).isNull();
  }

  @Test
  void aTimerSetWhileFiringGoesBeforeLaterOnes() {
    set(KEY, "first", 1);
    set(KEY, "last", 50);
    assertThat(pollEvent(KEY, 100).getTimerId()).isEqualTo("first");
    set(KEY, "between", 20);
    set(KEY, "past", -5);
    set(KEY, "later", 100);
    assertThat(fire(100)).containsExactly("past", "between", "last");
    assertThat(timers.nextEventTime()).isEqualTo(100);
  }

  @Test
  void aLoopingTimerFiresUntilItHasPassedTheWatermark() {
    set(KEY, "loop", 0);
    int fired = 0;
    for (TimerData timer; (timer = pollEvent(KEY, 10)) != null; fired++) {
      set(KEY, "loop", timer.getTimestamp().getMillis() + 1);
    }
    assertThat(fired).isEqualTo(10);
    assertThat(timers.nextEventTime()).isEqualTo(10);
  }

  @Test
  void theLastSettingWins() {
    set(KEY, "a", 10);
    set(KEY, "a", 20);
    assertThat(keys(timers.dueByEventTime(15))).isEmpty();
    set(KEY, "a", 5);
    assertThat(timers.nextEventTime()).isEqualTo(5);
    assertThat(fire(100)).containsExactly("a");
    assertThat(timers.isEmpty()).isTrue();
  }

  @Test
  void aResetForTheSameTimeMovesTheHold() {
    set(KEY, "a", 10, 3, EVENT);
    assertThat(timers.minHold()).isEqualTo(3);
    set(KEY, "a", 10, 7, EVENT);
    assertThat(timers.minHold()).isEqualTo(7);
    set(KEY, "a", 10, 2, EVENT);
    assertThat(timers.minHold()).isEqualTo(2);
    assertThat(pollEvent(KEY, 11).getOutputTimestamp()).isEqualTo(at(2));
    assertThat(timers.minHold()).isEqualTo(NONE);
  }

  @Test
  void timersOfEveryDomainHold() {
    set(KEY, "e", 100, 30, EVENT);
    set(key(2), "p", 1_000_000, 20, PROCESSING);
    set(key(3), "s", 1_000_000, 10, SYNCHRONIZED);
    assertThat(timers.minHold()).isEqualTo(10);
    timers.of(key(3)).deleteTimer(WINDOW, "s", "", SYNCHRONIZED);
    assertThat(timers.minHold()).isEqualTo(20);
    assertThat(pollProcessing(key(2), 2_000_000)).isNotNull();
    assertThat(timers.minHold()).isEqualTo(30);
    assertThat(timers.timerCount()).isEqualTo(1);
  }

  @Test
  void aTimerWithoutOutputHoldsNothing() {
    set(KEY, "silent", 10, NONE + 1, EVENT);
    assertThat(timers.minHold()).isEqualTo(NONE);
    assertThat(pollEvent(KEY, 11).getOutputTimestamp()).isEqualTo(at(NONE + 1));
  }

  @Test
  void idFamilyNamespaceKeyAndDomainMakeATimer() {
    timers.of(KEY).setTimer(window(1), "id", "f", at(1), at(1), EVENT);
    timers.of(KEY).setTimer(window(1), "id", "g", at(2), at(2), EVENT);
    timers.of(KEY).setTimer(window(2), "id", "f", at(3), at(3), EVENT);
    timers.of(KEY).setTimer(window(1), "di", "f", at(4), at(4), EVENT);
    timers.of(key(2)).setTimer(window(1), "id", "f", at(5), at(5), EVENT);
    timers.of(KEY).setTimer(window(1), "id", "f", at(6), at(6), PROCESSING);
    assertThat(timers.timerCount()).isEqualTo(6);
    assertThat(timers.keyCount()).isEqualTo(2);
    timers.of(KEY).deleteTimer(window(1), "id", "f", EVENT);
    assertThat(timers.timerCount()).isEqualTo(5);
    assertThat(timers.nextEventTime()).isEqualTo(2);
    timers.of(KEY).deleteTimer(window(1), "id", "nobody", EVENT);
    assertThat(timers.timerCount()).isEqualTo(5);
  }

  @Test
  @SuppressWarnings("deprecation") // ReduceFnRunner still uses these
  void theOldMethodsDoTheSame() {
    TimerInternals internals = timers.of(KEY);
    TimerData drained =
        TimerData.of("id", "f", WINDOW, at(1), at(1), EVENT, CausedByDrain.CAUSED_BY_DRAIN);
    internals.setTimer(drained);
    internals.setTimer(TimerData.of(WINDOW, at(2), at(2), PROCESSING, CausedByDrain.NORMAL));
    assertThat(pollEvent(KEY, 2)).isEqualTo(drained);
    internals.setTimer(drained);
    internals.deleteTimer(drained);
    assertThat(timers.timerCount()).isEqualTo(1);
    internals.setTimer(drained);
    internals.deleteTimer(WINDOW, "id", "f");
    assertThat(timers.timerCount()).isEqualTo(1);
  }

  @Test
  void sameTimesFireInBeamsOrder() {
    List<TimerData> all = new ArrayList<>();
    for (int w = 0; w < 3; w++) {
      for (String id : List.of("b", "a")) {
        for (String family : List.of("y", "x")) {
          for (long output : new long[] {9, 8}) {
            all.add(
                TimerData.of(
                    id + output,
                    family,
                    window(w),
                    at(10),
                    at(output),
                    EVENT,
                    CausedByDrain.NORMAL));
          }
        }
      }
    }
    for (TimerData timer : all) {
      timers
          .of(KEY)
          .setTimer(
              timer.getNamespace(),
              timer.getTimerId(),
              timer.getTimerFamilyId(),
              timer.getTimestamp(),
              timer.getOutputTimestamp(),
              EVENT);
    }
    Collections.sort(all);
    assertThat(timers.takeEvent(timers.of(KEY), 11)).isEqualTo(all);
  }

  @Test
  void keysComeInTheirOrder() {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      keys.add(key(i));
      set(key(i), "e", 1000 - i % 7);
      set(key(i), i % 2 == 0 ? "p" : "s", 5, 5, i % 2 == 0 ? PROCESSING : SYNCHRONIZED);
    }
    Collections.sort(keys);
    assertThat(keys(timers.dueByEventTime(2000))).isEqualTo(keys);
    assertThat(keys(timers.dueByProcessingTime(6))).isEqualTo(keys);
  }

  @Test
  void bothProcessingDomainsOfAKeyFireTogetherInOrder() {
    set(KEY, "s1", 1, 1, SYNCHRONIZED);
    set(KEY, "p2", 2, 2, PROCESSING);
    set(KEY, "s2", 2, 2, SYNCHRONIZED);
    set(KEY, "p9", 9, 9, PROCESSING);
    set(key(2), "s8", 8, 8, SYNCHRONIZED);
    assertThat(keys(timers.dueByProcessingTime(5))).containsExactly(KEY);
    assertThat(timers.takeProcessing(timers.of(KEY), 5))
        .extracting(TimerData::getTimerId)
        .containsExactly("s1", "p2", "s2");
    assertThat(timers.nextWakeUp()).isEqualTo(9);
  }

  @Test
  void theNextTimesAreExactAfterTimersMovedLaterOrWent() {
    for (int i = 0; i < 50; i++) {
      set(key(i), "e", i);
      set(key(i), "p", i, i, PROCESSING);
    }
    for (int i = 0; i < 50; i++) {
      set(key(i), "e", 100 + i);
      timers.of(key(i)).setTimer(WINDOW, "p", "", at(200 + i), at(150 + i), PROCESSING);
    }
    for (int i = 0; i < 10; i++) {
      timers.of(key(i)).deleteTimer(WINDOW, "e", "", EVENT);
      timers.of(key(i)).deleteTimer(WINDOW, "p", "", PROCESSING);
    }
    assertThat(keys(timers.dueByEventTime(110))).isEmpty();
    assertThat(timers.nextEventTime()).isEqualTo(110);
    assertThat(timers.nextWakeUp()).isEqualTo(211);
    assertThat(timers.minHold()).isEqualTo(110);
  }

  @Test
  void timersOfAKeyHandleKeptAcrossOtherKeysAreNotLost() {
    TimerInternals kept = timers.of(KEY);
    set(key(2), "x", 1);
    set(KEY, "other", 2);
    kept.setTimer(WINDOW, "kept", "", at(3), at(3), EVENT);
    kept.deleteTimer(WINDOW, "other", "", EVENT);
    assertThat(timers.takeEvent(timers.of(KEY), 10))
        .extracting(TimerData::getTimerId)
        .containsExactly("kept");
    kept.setTimer(WINDOW, "again", "", at(3), at(3), EVENT);
    assertThat(timers.takeEvent(timers.of(KEY), 10))
        .extracting(TimerData::getTimerId)
        .containsExactly("again");
  }

  @Test
  void timeIsWhatTheOperatorSays() {
    TimerInternals internals = timers.of(KEY);
    assertThat(internals.currentInputWatermarkTime()).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
    assertThat(internals.currentOutputWatermarkTime()).isNull();
    clock.processingTime = 77;
    clock.inputWatermark = 50;
    clock.outputWatermark = 40L;
    assertThat(internals.currentProcessingTime()).isEqualTo(at(77));
    assertThat(internals.currentSynchronizedProcessingTime()).isEqualTo(at(77));
    assertThat(internals.currentInputWatermarkTime()).isEqualTo(at(50));
    assertThat(internals.currentOutputWatermarkTime()).isEqualTo(at(40));
  }

  @Test
  @SuppressWarnings("deprecation") // the only way to a drained timer
  void nothingOfATimerIsLostInASnapshot() throws Exception {
    List<TimerData> all = new ArrayList<>();
    for (StateNamespace namespace :
        List.of(
            StateNamespaces.global(),
            window(3),
            StateNamespaces.windowAndTrigger(
                IntervalWindowCoder.of(), new IntervalWindow(at(3), at(4)), 77))) {
      all.add(
          TimerData.of(
              "id",
              "family",
              namespace,
              at(NONE + 1),
              at(5),
              EVENT,
              CausedByDrain.CAUSED_BY_DRAIN));
      all.add(TimerData.of("", "", namespace, at(-3), at(NONE + 1), EVENT, CausedByDrain.NORMAL));
      all.add(
          TimerData.of(
              "é\u0000/+",
              "x",
              namespace,
              BoundedWindow.TIMESTAMP_MIN_VALUE,
              at(1),
              EVENT,
              CausedByDrain.NORMAL));
    }
    all.forEach(timers.of(KEY)::setTimer);
    set(KEY, "p", 10, 4, PROCESSING);
    set(KEY, "s", 9, 4, SYNCHRONIZED);
    Collections.sort(all);
    for (boolean full : new boolean[] {false, true}) {
      saveAndRestore(full);
      assertThat(timers.timerCount()).isEqualTo(all.size() + 2);
      assertThat(timers.minHold()).isEqualTo(1);
      assertThat(timers.nextWakeUp()).isEqualTo(10);
    }
    assertThat(timers.takeEvent(timers.of(KEY), Long.MAX_VALUE)).isEqualTo(all);
    assertThat(timers.takeProcessing(timers.of(KEY), 11))
        .extracting(TimerData::getDomain)
        .containsExactly(SYNCHRONIZED, PROCESSING);
  }

  @Test
  void firedTimersBecomeTombstonesUnlessSetAgain() throws Exception {
    set(KEY, "fires", 1);
    set(KEY, "loops", 2);
    set(KEY, "stays", 100);
    saveAndRestore(false);
    assertThat(fire(10)).containsExactly("fires", "loops");
    set(KEY, "loops", 50);
    set(KEY, "comes and goes", 3);
    assertThat(fire(10)).containsExactly("comes and goes");
    timers.snapshot(rows.begin(false), false);
    assertThat(rows.pendingPuts()).isEqualTo(1);
    assertThat(rows.pendingDeletes()).isEqualTo(1);
    timers.snapshotCommitted(false);
    saveAndRestore(false);
    assertThat(fire(1000)).containsExactly("loops", "stays");
    saveAndRestore(false);
    assertThat(rows.size()).isZero();
    assertThat(timers.isEmpty()).isTrue();
  }

  @Test
  void rowsThatMakeNoSenseAreRefused() throws Exception {
    assertThat(timers.restoreRow("state-1/value/x", 0, new byte[0], new byte[0])).isFalse();
    assertThatThrownBy(
            () -> timers.restoreRow(StepTimers.TABLE, 0, new byte[] {1, 1, 9}, new byte[0]))
        .hasMessageContaining("time domain 9");
  }

  /** Times to be stepped by the test. */
  private static final class SteppedClock implements TimerClock {
    private long processingTime;
    private long inputWatermark = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();
    private Long outputWatermark;

    @Override
    public long processingTime() {
      return processingTime;
    }

    @Override
    public long inputWatermark() {
      return inputWatermark;
    }

    @Override
    public Long outputWatermark() {
      return outputWatermark;
    }
  }
}
