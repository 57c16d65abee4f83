package dev.sluice.translation.operator;

import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A chain of snapshots in memory: deltas are written one after the other, and read as one. */
public final class FakeSnapshot implements SnapshotWriter, SnapshotReader {
  private final TreeMap<Address, byte[]> rows = new TreeMap<>();

  @Override
  public void put(String table, int keyGroup, byte[] key, byte[] value) {
    rows.put(new Address(table, keyGroup, key.clone()), value.clone());
  }

  @Override
  public void delete(String table, int keyGroup, byte[] key) {
    rows.remove(new Address(table, keyGroup, key));
  }

  @Override
  public void forEach(RowConsumer consumer) throws Exception {
    for (Map.Entry<Address, byte[]> row : rows.entrySet()) {
      Address address = row.getKey();
      consumer.accept(
          address.table(), address.keyGroup(), address.key().clone(), row.getValue().clone());
    }
  }

  /** How many rows there are in all tables. */
  public int size() {
    return rows.size();
  }

  /** The tables that have rows. */
  public Set<String> tables() {
    Set<String> tables = new TreeSet<>();
    rows.keySet().forEach(address -> tables.add(address.table()));
    return tables;
  }

  private record Address(String table, int keyGroup, byte[] key) implements Comparable<Address> {
    private static final Comparator<Address> ORDER =
        Comparator.comparing(Address::table)
            .thenComparingInt(Address::keyGroup)
            .thenComparing(Address::key, Arrays::compareUnsigned);

    @Override
    public int compareTo(Address that) {
      return ORDER.compare(this, that);
    }
  }
}
