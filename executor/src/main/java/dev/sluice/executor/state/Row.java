package dev.sluice.executor.state;

import java.util.Arrays;
import java.util.Comparator;

/**
 * A row of a snapshot.
 *
 * @param table its table
 * @param keyGroup its key group, {@link #NO_KEY_GROUP} if it belongs to a partition and not to a
 *     key
 * @param key its key within table and key group
 * @param value what is there; null where the row has been deleted
 */
record Row(String table, int keyGroup, byte[] key, byte[] value) {
  /** Key group of rows that belong to a partition, such as the mark of a source. */
  static final int NO_KEY_GROUP = -1;

  /**
   * The order within an object, and of a restore; by table as strings compare, by key as unsigned
   * bytes do.
   */
  static final Comparator<Row> BY_ADDRESS =
      Comparator.comparing(Row::table)
          .thenComparingInt(Row::keyGroup)
          .thenComparing(Row::key, Arrays::compareUnsigned);

  boolean isTombstone() {
    return value == null;
  }
}
