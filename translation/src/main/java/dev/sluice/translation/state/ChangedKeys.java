package dev.sluice.translation.state;

import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which rows of one table have changed since the last committed snapshot, for tables that hold one
 * row for a key. A row that came and went between two snapshots leaves no trace, so a job without
 * checkpoints remembers nothing of what is gone. One thread.
 */
public final class ChangedKeys {
  /** Encodes rows. */
  @FunctionalInterface
  public interface Rows {
    /**
     * The value of a key's row, or null if there is no row.
     *
     * @throws Exception if it cannot be encoded
     */
    byte[] encode(Key key) throws Exception;
  }

  private final String table;
  private final int maxParallelism;

  /** Keys that have a row in a snapshot, committed or not. */
  private final Set<Key> stored = new HashSet<>();

  private TreeSet<Key> changed = new TreeSet<>();

  /** What the last snapshot wrote, until it is known what became of it. */
  private TreeSet<Key> written = new TreeSet<>();

  /** The changes of a table. */
  public ChangedKeys(String table, int maxParallelism) {
    this.table = table;
    this.maxParallelism = maxParallelism;
  }

  /** How many keys are remembered. */
  public int size() {
    return stored.size() + changed.size() + written.size();
  }

  /** A row was put. */
  public void put(Key key) {
    changed.add(key);
  }

  /** A row was removed. */
  public void removed(Key key) {
    if (stored.contains(key)) {
      changed.add(key);
    } else {
      changed.remove(key);
    }
  }

  /** A row was restored. */
  public void restored(Key key) {
    stored.add(key);
  }

  /**
   * Writes the changed rows, or all.
   *
   * @param all the keys of all rows if they are to be written, or null
   * @throws Exception what {@code rows} threw
   */
  public void snapshot(SnapshotWriter writer, Collection<Key> all, Rows rows) throws Exception {
    if (all != null) {
      changed.addAll(all);
    }
    for (Key key : changed) {
      int group = KeyGroups.groupOf(key.hash(), maxParallelism);
      byte[] value = rows.encode(key);
      if (value == null) {
        writer.delete(table, group, key.bytes());
      } else {
        writer.put(table, group, key.bytes(), value);
        stored.add(key);
      }
    }
    written.addAll(changed);
    changed = new TreeSet<>();
  }

  /**
   * What became of the last snapshot; after false its rows count as changed again.
   *
   * @param rows to see which rows are gone
   */
  public void snapshotCommitted(boolean committed, Set<Key> rows) {
    if (!committed) {
      changed.addAll(written);
    } else {
      for (Key key : written) {
        if (!rows.contains(key) && !changed.contains(key)) {
          stored.remove(key); // its tombstone is durable
        }
      }
    }
    written = new TreeSet<>();
  }
}
