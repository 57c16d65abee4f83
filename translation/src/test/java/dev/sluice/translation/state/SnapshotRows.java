package dev.sluice.translation.state;

import dev.sluice.executor.api.SnapshotWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A chain of snapshots, as the engine keeps it: the rows after the last committed one. */
final class SnapshotRows implements SnapshotWriter {
  record Address(String table, int keyGroup, String key) implements Comparable<Address> {
    @Override
    public int compareTo(Address that) {
      int order = table.compareTo(that.table);
      order = order != 0 ? order : Integer.compare(keyGroup, that.keyGroup);
      return order != 0 ? order : key.compareTo(that.key);
    }
  }

  interface Taker {
    boolean take(String table, int keyGroup, byte[] key, byte[] value) throws Exception;
  }

  private final Map<Address, byte[][]> committed = new TreeMap<>();
  private final Map<Address, byte[][]> pending = new TreeMap<>();
  private final List<Address> deleted = new ArrayList<>();
  private boolean full;

  /** A snapshot begins. */
  SnapshotRows begin(boolean isFull) {
    pending.clear();
    deleted.clear();
    full = isFull;
    return this;
  }

  @Override
  public void put(String table, int keyGroup, byte[] key, byte[] value) {
    Address address = new Address(table, keyGroup, Arrays.toString(key));
    if (pending.put(address, new byte[][] {key, value}) != null || deleted.contains(address)) {
      throw new AssertionError("two rows at " + address);
    }
  }

  @Override
  public void delete(String table, int keyGroup, byte[] key) {
    Address address = new Address(table, keyGroup, Arrays.toString(key));
    if (full || pending.containsKey(address) || deleted.contains(address)) {
      throw new AssertionError("two rows at " + address + ", or a tombstone in a full snapshot");
    }
    deleted.add(address);
  }

  void commit() {
    if (full) {
      committed.clear();
    }
    deleted.forEach(committed::remove);
    committed.putAll(pending);
    begin(false);
  }

  int pendingPuts() {
    return pending.size();
  }

  int pendingDeletes() {
    return deleted.size();
  }

  int size() {
    return committed.size();
  }

  /** Gives every row to one of the takers. */
  void restore(Taker taker) throws Exception {
    for (Map.Entry<Address, byte[][]> row : committed.entrySet()) {
      byte[][] keyAndValue = row.getValue();
      if (!taker.take(
          row.getKey().table(), row.getKey().keyGroup(), keyAndValue[0], keyAndValue[1])) {
        throw new AssertionError("nobody wants a row of " + row.getKey().table());
      }
    }
  }
}
