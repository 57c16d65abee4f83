package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.OperatorContext;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Elements that wait for views, in the order they came, and part of the step's state: table {@value
 * #TABLE}, one row an element. One thread.
 *
 * <p>Elements of one key keep their order: while one of them waits, {@link #blocks} says that later
 * ones shall queue behind it, and a retry stops for a key at the first that still has to wait.
 */
final class Pushback {
  static final String TABLE = "pushback";

  /** Tries to process a waiting element. */
  @FunctionalInterface
  interface Attempt {
    /** Whether it was processed; if not it goes on waiting. */
    boolean process(Waiting waiting) throws Exception;
  }

  /**
   * Address of a row.
   *
   * @param sequence grows with every element
   */
  private record Address(int keyGroup, long sequence) {
    byte[] key() {
      return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
    }
  }

  private final PushbackCodec codec;
  private final int maxParallelism;
  private final int unkeyedGroup;

  private final Map<Address, Waiting> waiting = new LinkedHashMap<>();
  private final Map<Key, Integer> waitingOfKey = new HashMap<>();
  private final TreeMap<Long, Integer> timestamps = new TreeMap<>();
  private long nextSequence;

  // rows that differ from the last committed snapshot, and those of the snapshot under way
  private Set<Address> changed = new LinkedHashSet<>();
  private Set<Address> changedInSnapshot = new LinkedHashSet<>();

  Pushback(PushbackCodec codec, OperatorContext context) {
    this.codec = codec;
    this.maxParallelism = context.maxParallelism();
    this.unkeyedGroup = firstGroup(context);
  }

  /** A key group that surely belongs to the partition, for rows without a key. */
  private static int firstGroup(OperatorContext context) {
    int partitions = context.partitions();
    return (int)
        (((long) context.partition() * context.maxParallelism() + partitions - 1) / partitions);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Whether an element of this key waits, so that later ones have to queue. */
  boolean blocks(Key key) {
    return waitingOfKey.containsKey(key);
  }

  /** The least timestamp of a waiting element; {@code Long.MAX_VALUE} if none waits. */
  long minTimestamp() {
    return timestamps.isEmpty() ? Long.MAX_VALUE : timestamps.firstKey();
  }

  /** Lets an element wait. It is in one window. */
  void add(Waiting element) {
    Key key = element.key();
    int group = key == null ? unkeyedGroup : KeyGroups.groupOf(key.hash(), maxParallelism);
    Address address = new Address(group, nextSequence++);
    put(address, element);
    changed.add(address);
  }

  /**
   * Tries every waiting element, in order.
   *
   * @throws Exception what an attempt threw
   */
  void retry(Attempt attempt) throws Exception {
    Set<Key> blocked = new HashSet<>();
    Iterator<Map.Entry<Address, Waiting>> entries = waiting.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Address, Waiting> entry = entries.next();
      Waiting element = entry.getValue();
      boolean mayPass = element.key() == null || !blocked.contains(element.key());
      if (mayPass && attempt.process(element)) {
        entries.remove();
        removed(entry.getKey(), element);
      } else if (element.key() != null) {
        blocked.add(element.key());
      }
    }
  }

  /** See {@link dev.sluice.translation.operator.Operator#snapshot}. */
  void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    changedInSnapshot.addAll(changed);
    changed = new LinkedHashSet<>();
    for (Address address : full ? waiting.keySet() : changedInSnapshot) {
      Waiting element = waiting.get(address);
      if (element == null) {
        rows.delete(TABLE, address.keyGroup(), address.key());
      } else {
        rows.put(TABLE, address.keyGroup(), address.key(), codec.encode(element));
      }
    }
  }

  /** See {@link dev.sluice.translation.operator.Operator#snapshotCommitted}. */
  void snapshotCommitted(boolean committed) {
    if (!committed) {
      changed.addAll(changedInSnapshot);
    }
    changedInSnapshot = new LinkedHashSet<>();
  }

  /** Takes a row of {@link #TABLE}. */
  void restoreRow(int keyGroup, byte[] key, byte[] value) throws Exception {
    long sequence = ByteBuffer.wrap(key).getLong();
    put(new Address(keyGroup, sequence), codec.decode(value));
    nextSequence = Math.max(nextSequence, sequence + 1);
  }

  /** Takes the rows of {@link #TABLE}, and no others. */
  void restore(SnapshotReader rows) throws Exception {
    rows.forEach(
        (table, keyGroup, key, value) -> {
          if (table.equals(TABLE)) {
            restoreRow(keyGroup, key, value);
          }
        });
  }

  private void put(Address address, Waiting element) {
    waiting.put(address, element);
    timestamps.merge(element.element().getTimestamp().getMillis(), 1, Integer::sum);
    if (element.key() != null) {
      waitingOfKey.merge(element.key(), 1, Integer::sum);
    }
  }

  private void removed(Address address, Waiting element) {
    changed.add(address);
    timestamps.computeIfPresent(element.element().getTimestamp().getMillis(), Pushback::oneLess);
    if (element.key() != null) {
      waitingOfKey.computeIfPresent(element.key(), Pushback::oneLess);
    }
  }

  private static <T> Integer oneLess(T key, int count) {
    return count == 1 ? null : count - 1;
  }
}
