package dev.sluice.executor.state;

import dev.sluice.executor.api.SnapshotWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of one partition's snapshot, in memory until they are written. Of several rows of one
 * address the last counts. Used by one thread at a time: the processor's while it fills, then
 * whoever writes.
 */
public final class SnapshotRows implements SnapshotWriter {
  private final List<Row> rows = new ArrayList<>();

  @Override
  public void put(String table, int keyGroup, byte[] key, byte[] value) {
    if (value == null) {
      throw new IllegalArgumentException("a row of " + table + " without a value");
    }
    add(new Row(table, keyGroup, key, value));
  }

  @Override
  public void delete(String table, int keyGroup, byte[] key) {
    add(new Row(table, keyGroup, key, null));
  }

  void add(Row row) {
    if (row.table() == null || row.key() == null || row.keyGroup() < Row.NO_KEY_GROUP) {
      throw new IllegalArgumentException("malformed address of a row of " + row.table());
    }
    rows.add(row);
  }

  /** All rows in the order in which they came. */
  List<Row> rows() {
    return rows;
  }

  /** Repeats everything that was put and deleted, in its order. */
  public void copyTo(SnapshotWriter writer) {
    for (Row row : rows) {
      if (row.isTombstone()) {
        writer.delete(row.table(), row.keyGroup(), row.key());
      } else {
        writer.put(row.table(), row.keyGroup(), row.key(), row.value());
      }
    }
  }

  /** Whether there is no row. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The last row of each address, in order of address. */
  List<Row> sorted() {
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort(Row.BY_ADDRESS); // stable: the last of an address stays the last
    List<Row> last = new ArrayList<>(sorted.size());
    for (int i = 0; i < sorted.size(); i++) {
      if (i == sorted.size() - 1 || Row.BY_ADDRESS.compare(sorted.get(i), sorted.get(i + 1)) != 0) {
        last.add(sorted.get(i));
      }
    }
    return last;
  }
}
