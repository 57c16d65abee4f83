package dev.sluice.executor.state;

import dev.sluice.executor.api.SnapshotReader;
import java.util.TreeMap;

/**
 * The rows of one partition in memory, each the last of its address: what changes one after the
 * other add up to. Used by one thread at a time.
 */
public final class RowTable implements SnapshotReader {
  private final TreeMap<Row, Row> rows = new TreeMap<>(Row.BY_ADDRESS);
  private final boolean keepsTombstones;

  private RowTable(boolean keepsTombstones) {
    this.keepsTombstones = keepsTombstones;
  }

  /** Everything that a partition has: a deleted row is gone. */
  public static RowTable ofState() {
    return new RowTable(false);
  }

  /** Changes to something that is elsewhere: a deleted row stays as a tombstone. */
  public static RowTable ofChanges() {
    return new RowTable(true);
  }

  /** Adds later changes. */
  public void apply(SnapshotRows later) {
    later.rows().forEach(this::apply);
  }

  /** Adds later changes. */
  public void apply(RowTable later) {
    later.rows.values().forEach(this::apply);
  }

  private void apply(Row row) {
    rows.remove(row);
    if (!row.isTombstone() || keepsTombstones) {
      rows.put(row, row);
    }
  }

  /** Forgets everything. */
  public void clear() {
    rows.clear();
  }

  /** How many rows there are. */
  public int size() {
    return rows.size();
  }

  /** The rows and tombstones, as they are written. */
  public SnapshotRows toRows() {
    SnapshotRows copy = new SnapshotRows();
    rows.values().forEach(copy::add);
    return copy;
  }

  @Override
  public void forEach(RowConsumer consumer) throws Exception {
    for (Row row : rows.values()) {
      if (!row.isTombstone()) {
        consumer.accept(row.table(), row.keyGroup(), row.key(), row.value());
      }
    }
  }
}
