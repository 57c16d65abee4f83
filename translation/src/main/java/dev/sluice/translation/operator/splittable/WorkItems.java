package dev.sluice.translation.operator.splittable;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.state.ChangedKeys;
import dev.sluice.translation.state.WatermarkHolds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What is left to do in one partition of a splittable step, by key: table {@value #TABLE}, one row
 * an item. One thread.
 */
final class WorkItems {
  static final String TABLE = "work";

  private record Turn(long resumeAt, Key key) {
    private static final Comparator<Turn> ORDER =
        Comparator.comparingLong(Turn::resumeAt).thenComparing(Turn::key);
  }

  private final WorkItemCodec codec;
  private final ChangedKeys changed;
  private final Map<Key, WorkItem> items = new HashMap<>();

  /** All items by the time of their turn; those that wait for views last. */
  private final TreeSet<Turn> turns = new TreeSet<>(Turn.ORDER);

  private final WatermarkHolds holds = new WatermarkHolds();
  private final WatermarkHolds timestamps = new WatermarkHolds();

  WorkItems(WorkItemCodec codec, int maxParallelism) {
    this.codec = codec;
    this.changed = new ChangedKeys(TABLE, maxParallelism);
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  WorkItem get(Key key) {
    return items.get(key);
  }

  void put(Key key, WorkItem item) {
    forget(key);
    remember(key, item);
    changed.put(key);
  }

  private void remember(Key key, WorkItem item) {
    items.put(key, item);
    turns.add(new Turn(item.resumeAt(), key));
    holds.add(item.hold());
    timestamps.add(item.element().getTimestamp().getMillis());
  }

  void remove(Key key) {
    if (forget(key)) {
      changed.removed(key);
    }
  }

  private boolean forget(Key key) {
    WorkItem item = items.remove(key);
    if (item == null) {
      return false;
    }
    turns.remove(new Turn(item.resumeAt(), key));
    holds.remove(item.hold());
    timestamps.remove(item.element().getTimestamp().getMillis());
    return true;
  }

  /** The keys whose time lies before {@code now}, in the order of their turns. */
  List<Key> due(long now) {
    List<Key> due = new ArrayList<>();
    for (Turn turn : turns) {
      if (turn.resumeAt() >= now) {
        break;
      }
      due.add(turn.key());
    }
    return due;
  }

  /** The keys that wait for views. */
  List<Key> waiting() {
    List<Key> waiting = new ArrayList<>();
    for (Turn turn : turns.descendingSet()) {
      if (turn.resumeAt() != WorkItem.WAITING) {
        break;
      }
      waiting.add(turn.key());
    }
    Collections.reverse(waiting);
    return waiting;
  }

  /** All keys. */
  List<Key> keys() {
    List<Key> keys = new ArrayList<>();
    turns.forEach(turn -> keys.add(turn.key()));
    return keys;
  }

  /** The least output watermark of what is left; Beam's end of time if nothing is. */
  long minHold() {
    return holds.min();
  }

  /** The least timestamp of an element that is not done; Beam's end of time if all are. */
  long minTimestamp() {
    return timestamps.min();
  }

  /** When the next turn comes, as {@link TaskReport#nextWakeUp()}. */
  long nextWakeUp() {
    if (turns.isEmpty() || turns.first().resumeAt() == WorkItem.WAITING) {
      return TaskReport.NO_WAKE_UP;
    }
    return turns.first().resumeAt() + 1;
  }

  void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    changed.snapshot(rows, full ? items.keySet() : null, this::row);
  }

  private byte[] row(Key key) throws Exception {
    WorkItem item = items.get(key);
    return item == null ? null : codec.encode(item);
  }

  void inventory(Inventory to) {
    to.add("work items", items.size());
    to.add("work changes", changed.size());
    to.add("holds", holds.size());
  }

  void snapshotCommitted(boolean committed) {
    changed.snapshotCommitted(committed, items.keySet());
  }

  void restore(SnapshotReader rows) throws Exception {
    rows.forEach(
        (table, keyGroup, key, value) -> {
          if (table.equals(TABLE)) {
            Key restored = Key.of(key);
            remember(restored, codec.decode(value));
            changed.restored(restored);
          }
        });
  }
}
