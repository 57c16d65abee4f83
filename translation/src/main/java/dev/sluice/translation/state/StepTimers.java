package dev.sluice.translation.state;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.translation.operator.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.TimerInternals.TimerData;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.CausedByDrain;

/**
 * All timers of one step in one partition. Used by the partition's thread only; times are
 * milliseconds.
 *
 * <p>A timer is identified by key, domain, namespace, family and id. The last setting wins, also
 * over one that is due already; a deletion cancels. A timer is due when its timestamp is
 * <i>before</i> the watermark or the clock, strictly, since triggers look whether a time has
 * passed. Timers may be set for the past.
 *
 * <p>Firing, for a stateful ParDo, where a firing may set or delete the next timer of its key:
 *
 * <pre>{@code
 * for (KeyTimers key : timers.dueByEventTime(watermark)) {
 *   for (StoredTimer timer; (timer = timers.pollEvent(key, watermark)) != null; ) {
 *     fire(key, timer);
 *   }
 * }
 * }</pre>
 *
 * <p>A firing can only touch timers of its own key, so that the keys of one such loop are all there
 * are, and afterwards nothing is due. For a grouping, which wants them together, there is {@link
 * #takeEvent}. Both exist for processing time too, where timers in synchronized processing time are
 * among them. Keys come in their canonical order: it depends on nothing but which keys are due.
 *
 * <p>Every timer, of whatever domain, holds the output watermark at its output timestamp ({@link
 * #minHold}) until it is polled, deleted or set anew. Ask for the hold only when what the polled
 * timers emit has been emitted.
 */
public final class StepTimers {
  /** The address of a tombstone. */
  private record Gone(Key key, TimeDomain domain, StoredTimer.Identity identity) {}

  /** The table of version 1 of the format. */
  static final String TABLE = "timers-1";

  private static final int FEW = 64;

  private final RowCodec codec;
  private final int maxParallelism;
  private final TimerClock clock;
  private final KeyTable<KeyTimers> keys = new KeyTable<>();
  private final DueKeys event = new DueKeys();
  private final DueKeys processing = new DueKeys();
  private final DueKeys synchronizedProcessing = new DueKeys();
  private final TimerHolds holds = new TimerHolds();
  private final ChangedRows<StoredTimer> changes;
  private KeyTimers current;

  /**
   * Makes the empty timers of a step.
   *
   * @param windowCoder the coder of the windows in their namespaces
   * @param maxParallelism the number of key groups
   * @param clock what the timers' users are told of time
   */
  public StepTimers(
      Coder<? extends BoundedWindow> windowCoder, int maxParallelism, TimerClock clock) {
    this(windowCoder, maxParallelism, clock, true);
  }

  /**
   * The same, but where it is known that there are never snapshots it need not be remembered what
   * has changed.
   */
  public StepTimers(
      Coder<? extends BoundedWindow> windowCoder,
      int maxParallelism,
      TimerClock clock,
      boolean takesSnapshots) {
    this.changes = new ChangedRows<>(takesSnapshots);
    this.codec = new RowCodec(windowCoder);
    this.maxParallelism = maxParallelism;
    this.clock = clock;
  }

  /** The timers of a key. Cheap, above all for the key that was asked for last. */
  public KeyTimers of(Key key) {
    if (current == null || !current.key.equals(key) || current.isEmpty()) {
      KeyTimers known = keys.find(key);
      if (known != null) {
        current = known;
      } else if (current == null || !current.key.equals(key)) {
        current = new KeyTimers(this, key);
      }
    }
    return current;
  }

  /** The keys that have an event-time timer before the watermark, in order. */
  public List<KeyTimers> dueByEventTime(long watermark) {
    return sorted(event.due(watermark));
  }

  /** The keys that have a (synchronized) processing-time timer before {@code now}, in order. */
  public List<KeyTimers> dueByProcessingTime(long now) {
    List<KeyTimers> due = processing.due(now);
    for (KeyTimers key : synchronizedProcessing.due(now)) {
      DomainTimers other = key.in(TimeDomain.PROCESSING_TIME);
      if (other == null || other.isEmpty() || other.nextTime() >= now) {
        due.add(key);
      }
    }
    return sorted(due);
  }

  /** In the order of keys, of whose hashes it is mostly enough to look at. */
  private static List<KeyTimers> sorted(List<KeyTimers> due) {
    if (due.size() < FEW) {
      due.sort(Comparator.comparing(KeyTimers::key));
      return due;
    }
    long[] order = new long[due.size()];
    for (int i = 0; i < order.length; i++) {
      // numbers that are ordered as unsigned hashes are, and say which key it is
      order[i] = (((long) due.get(i).key.hash() << Integer.SIZE) ^ Long.MIN_VALUE) | i;
    }
    Arrays.sort(order);
    List<KeyTimers> sorted = new ArrayList<>(order.length);
    for (long next : order) {
      sorted.add(due.get((int) next));
    }
    for (int from = 0, to; from < order.length; from = to) {
      to = from + 1;
      while (to < order.length && order[to] >>> Integer.SIZE == order[from] >>> Integer.SIZE) {
        to++;
      }
      if (to - from > 1) {
        sorted.subList(from, to).sort(Comparator.comparing(KeyTimers::key));
      }
    }
    return sorted;
  }

  /** Removes and returns the key's next timer before the watermark; null if there is none. */
  public StoredTimer pollEvent(KeyTimers timers, long watermark) {
    return poll(timers.in(TimeDomain.EVENT_TIME), watermark);
  }

  /**
   * Removes and returns the key's next timer of either processing-time domain before {@code now};
   * null if there is none.
   */
  public StoredTimer pollProcessing(KeyTimers timers, long now) {
    DomainTimers plain = timers.in(TimeDomain.PROCESSING_TIME);
    DomainTimers synced = timers.in(TimeDomain.SYNCHRONIZED_PROCESSING_TIME);
    boolean syncedFirst =
        synced != null
            && !synced.isEmpty()
            && (plain == null || plain.isEmpty() || synced.nextTime() < plain.nextTime());
    return poll(syncedFirst ? synced : plain, now);
  }

  private StoredTimer poll(DomainTimers timers, long now) {
    if (timers == null || timers.isEmpty() || timers.nextTime() >= now) {
      return null;
    }
    StoredTimer timer = timers.top();
    remove(timer);
    return timer;
  }

  /** Removes and returns all of the key's event-time timers before the watermark, in order. */
  public List<TimerData> takeEvent(KeyTimers timers, long watermark) {
    List<TimerData> taken = new ArrayList<>();
    for (StoredTimer timer; (timer = pollEvent(timers, watermark)) != null; ) {
      taken.add(timer.toTimerData());
    }
    return taken;
  }

  /**
   * Removes and returns all of the key's timers of both processing-time domains before {@code now},
   * in order.
   */
  public List<TimerData> takeProcessing(KeyTimers timers, long now) {
    List<TimerData> taken = new ArrayList<>();
    for (StoredTimer timer; (timer = pollProcessing(timers, now)) != null; ) {
      taken.add(timer.toTimerData());
    }
    return taken;
  }

  /**
   * The least output timestamp of all timers; Beam's {@code TIMESTAMP_MAX_VALUE} if nothing is
   * held.
   */
  public long minHold() {
    return holds.minHold();
  }

  /** The timestamp of the next event-time timer; {@code Long.MAX_VALUE} if there is none. */
  public long nextEventTime() {
    return event.min();
  }

  /**
   * When a timer is next due by processing time: one millisecond after its timestamp; {@link
   * TaskReport#NO_WAKE_UP} if there is none.
   */
  public long nextWakeUp() {
    long next = Math.min(processing.min(), synchronizedProcessing.min());
    return next == Long.MAX_VALUE ? TaskReport.NO_WAKE_UP : next + 1;
  }

  /** Whether no timer is set. */
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /** How many keys have timers. */
  public int keyCount() {
    return keys.size();
  }

  /** How many timers are set. */
  public int timerCount() {
    return holds.size();
  }

  /**
   * Writes the timers that differ from the last committed snapshot, or all.
   *
   * @throws IOException if a window cannot be encoded
   */
  public void snapshot(SnapshotWriter rows, boolean full) throws IOException {
    if (full) {
      List<StoredTimer> all = new ArrayList<>(holds.size());
      holds.forEach(all::add);
      for (StoredTimer timer : all) {
        put(rows, timer);
      }
      changes.take();
    } else {
      Set<Gone> gone = new HashSet<>();
      for (StoredTimer timer : changes.take()) {
        Key key = timer.home.owner.key;
        if (timer.exists()) {
          put(rows, timer);
        } else if (!wasSetAgain(timer)
            && gone.add(new Gone(key, timer.domain(), timer.identity()))) {
          rows.delete(TABLE, groupOf(key), codec.timerAddress(key, timer));
        }
      }
    }
  }

  private void put(SnapshotWriter rows, StoredTimer timer) throws IOException {
    Key key = timer.home.owner.key;
    rows.put(TABLE, groupOf(key), codec.timerAddress(key, timer), codec.timerValue(timer));
  }

  /**
   * Whether another object has taken the place of a timer that is gone; it counts as changed. So
   * one address may have had several objects since the last committed snapshot.
   */
  private boolean wasSetAgain(StoredTimer gone) {
    KeyTimers timers = keys.find(gone.home.owner.key);
    DomainTimers inDomain = timers == null ? null : timers.in(gone.domain());
    return inDomain != null && inDomain.find(gone.namespace.source, gone.family, gone.id) != null;
  }

  private int groupOf(Key key) {
    return KeyGroups.groupOf(key.hash(), maxParallelism);
  }

  /** Says what became of the last snapshot; after {@code false} its rows count as changed again. */
  public void snapshotCommitted(boolean committed) {
    changes.committed(committed, timer -> {});
  }

  /**
   * Takes a row of a snapshot, before anything else happens.
   *
   * @return whether the row was a timer; others are left to others
   * @throws IOException if the row makes no sense
   */
  public boolean restoreRow(String table, int keyGroup, byte[] key, byte[] value)
      throws IOException {
    if (!table.equals(TABLE)) {
      return false;
    }
    RowCodec.TimerRow row = codec.readTimer(key, value);
    if (keyGroup != groupOf(row.key())) {
      throw new IOException("a row of " + table + " is not in the key group of its key");
    }
    KeyTimers timers = keys.find(row.key());
    if (timers == null) {
      timers = new KeyTimers(this, row.key());
      keys.add(timers);
    }
    StoredTimer timer =
        file(
            timers.madeIn(row.domain()),
            row.namespace().source,
            row.family(),
            row.id(),
            row.timestamp(),
            row.outputTimestamp(),
            row.causedByDrain());
    timer.persisted = true;
    return true;
  }

  /**
   * Deletes the key's timers of both processing-time domains in a namespace: those of a window that
   * has expired.
   */
  public void deleteProcessing(KeyTimers timers, StateNamespace namespace) {
    deleteAll(timers.in(TimeDomain.PROCESSING_TIME), namespace);
    deleteAll(timers.in(TimeDomain.SYNCHRONIZED_PROCESSING_TIME), namespace);
  }

  private void deleteAll(DomainTimers timers, StateNamespace namespace) {
    if (timers == null || timers.isEmpty()) {
      return;
    }
    List<StoredTimer> doomed = new ArrayList<>();
    for (int i = 0; i < timers.size(); i++) {
      StoredTimer timer = timers.at(i);
      if (codec.names(timer.namespace, namespace)) {
        doomed.add(timer);
      }
    }
    doomed.forEach(this::remove);
  }

  /** Counts timers, and what is remembered of those that are gone. */
  public void inventory(Inventory to) {
    to.add("timer keys", keys.size());
    to.add("timers", holds.size());
    to.add("timer changes", changes.size());
  }

  RowCodec codec() {
    return codec;
  }

  TimerClock clock() {
    return clock;
  }

  void set(
      KeyTimers of,
      TimeDomain domain,
      StateNamespace namespace,
      String family,
      String id,
      long timestamp,
      long outputTimestamp,
      CausedByDrain causedByDrain) {
    DomainTimers timers = known(of).madeIn(domain);
    changes.changed(file(timers, namespace, family, id, timestamp, outputTimestamp, causedByDrain));
  }

  /** The object that stands for a key in the table, which is in it from now on. */
  private KeyTimers known(KeyTimers of) {
    if (!of.isEmpty()) {
      return of;
    }
    KeyTimers present = keys.find(of.key);
    if (present == null) {
      keys.add(of);
      return of;
    }
    return present;
  }

  private StoredTimer file(
      DomainTimers timers,
      StateNamespace namespace,
      String family,
      String id,
      long timestamp,
      long outputTimestamp,
      CausedByDrain causedByDrain) {
    StoredTimer timer =
        timers.set(namespace, family, id, timestamp, outputTimestamp, causedByDrain);
    keysIn(timers.domain).file(timers);
    holds.file(timer);
    return timer;
  }

  void delete(KeyTimers of, TimeDomain domain, StateNamespace namespace, String family, String id) {
    KeyTimers timers = of.isEmpty() ? keys.find(of.key) : of;
    DomainTimers inDomain = timers == null ? null : timers.in(domain);
    StoredTimer timer = inDomain == null ? null : inDomain.find(namespace, family, id);
    if (timer != null) {
      remove(timer);
    }
  }

  private void remove(StoredTimer timer) {
    DomainTimers timers = timer.home;
    timers.forget(timer);
    holds.remove(timer);
    if (timers.isEmpty()) {
      keysIn(timers.domain).remove(timers);
      if (timers.owner.isEmpty()) {
        keys.remove(timers.owner);
      }
    }
    changes.changed(timer);
  }

  private DueKeys keysIn(TimeDomain domain) {
    return switch (domain) {
      case EVENT_TIME -> event;
      case PROCESSING_TIME -> processing;
      case SYNCHRONIZED_PROCESSING_TIME -> synchronizedProcessing;
    };
  }
}
