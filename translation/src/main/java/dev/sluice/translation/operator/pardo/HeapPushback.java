package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.KeyGroups;
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
import java.util.function.Predicate;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * Waiting elements in memory, one row an element in snapshots. A retry goes through all of them and
 * stops for a key at the first that still has to wait.
 */
final class HeapPushback implements Pushback {
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

  // rows that a snapshot may hold; what came and went between two snapshots leaves no trace
  private final Set<Address> stored = new HashSet<>();

  // rows that differ from the last committed snapshot, and those of the snapshot under way
  private Set<Address> changed = new LinkedHashSet<>();
  private Set<Address> changedInSnapshot = new LinkedHashSet<>();

  HeapPushback(PushbackCodec codec, OperatorContext context) {
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

  @Override
  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  @Override
  public boolean blocks(Key key) {
    return key != null && waitingOfKey.containsKey(key);
  }

  @Override
  public long minTimestamp() {
    return timestamps.isEmpty() ? Long.MAX_VALUE : timestamps.firstKey();
  }

  @Override
  public void add(Waiting element) {
    Key key = element.key();
    int group = key == null ? unkeyedGroup : KeyGroups.groupOf(key.hash(), maxParallelism);
    Address address = new Address(group, nextSequence++);
    put(address, element);
    changed.add(address);
  }

  @Override
  public void retry(Predicate<BoundedWindow> isReady, Processing processing) throws Exception {
    Set<Key> blocked = new HashSet<>();
    Iterator<Map.Entry<Address, Waiting>> entries = waiting.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Address, Waiting> entry = entries.next();
      Waiting element = entry.getValue();
      boolean mayPass = element.key() == null || !blocked.contains(element.key());
      if (mayPass && isReady.test(element.window())) {
        entries.remove();
        removed(entry.getKey(), element);
        processing.process(element);
      } else if (element.key() != null) {
        blocked.add(element.key());
      }
    }
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    changedInSnapshot.addAll(changed);
    changed = new LinkedHashSet<>();
    for (Address address : full ? waiting.keySet() : changedInSnapshot) {
      Waiting element = waiting.get(address);
      if (element == null) {
        rows.delete(TABLE, address.keyGroup(), address.key());
      } else {
        rows.put(TABLE, address.keyGroup(), address.key(), codec.encode(element));
        stored.add(address);
      }
    }
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    for (Address address : changedInSnapshot) {
      if (!committed) {
        changed.add(address);
      } else if (!waiting.containsKey(address) && !changed.contains(address)) {
        stored.remove(address); // its tombstone is durable
      }
    }
    changedInSnapshot = new LinkedHashSet<>();
  }

  @Override
  public void restoreRow(int keyGroup, byte[] key, byte[] value) throws Exception {
    long sequence = ByteBuffer.wrap(key).getLong();
    Address address = new Address(keyGroup, sequence);
    put(address, codec.decode(value));
    stored.add(address);
    nextSequence = Math.max(nextSequence, sequence + 1);
  }

  @Override
  public void inventory(Inventory to) {
    to.add("waiting elements", waiting.size());
    to.add("waiting changes", changed.size() + changedInSnapshot.size() + stored.size());
  }

  @Override
  public void close() {}

  private void put(Address address, Waiting element) {
    waiting.put(address, element);
    timestamps.merge(element.element().getTimestamp().getMillis(), 1, Integer::sum);
    if (element.key() != null) {
      waitingOfKey.merge(element.key(), 1, Integer::sum);
    }
  }

  private void removed(Address address, Waiting element) {
    if (stored.contains(address)) {
      changed.add(address);
    } else {
      changed.remove(address);
    }
    timestamps.computeIfPresent(
        element.element().getTimestamp().getMillis(), HeapPushback::oneLess);
    if (element.key() != null) {
      waitingOfKey.computeIfPresent(element.key(), HeapPushback::oneLess);
    }
  }

  private static <T> Integer oneLess(T key, int count) {
    return count == 1 ? null : count - 1;
  }
}
