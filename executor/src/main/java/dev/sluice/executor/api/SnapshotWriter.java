package dev.sluice.executor.api;

/**
 * Takes the rows of a snapshot. A row is addressed by (table, key group, key); tables are named by
 * the program (for Beam: step full name, family and id). Used by the processor's thread during
 * {@link PartitionProcessor#snapshot}.
 */
public interface SnapshotWriter {
  /**
   * Puts a row in place of an earlier one of the same address. The arrays are not changed
   * afterwards by anybody.
   */
  void put(String table, int keyGroup, byte[] key, byte[] value);

  /** Removes a row: a tombstone. */
  void delete(String table, int keyGroup, byte[] key);
}
