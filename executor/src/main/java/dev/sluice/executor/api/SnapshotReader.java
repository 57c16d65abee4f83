package dev.sluice.executor.api;

/** The rows that a restored partition owns, tombstones already applied. */
public interface SnapshotReader {
  /** Takes one row. */
  @FunctionalInterface
  interface RowConsumer {
    /**
     * Takes one row.
     *
     * @throws Exception if the row does not fit; the restore is refused
     */
    void accept(String table, int keyGroup, byte[] key, byte[] value) throws Exception;
  }

  /**
   * Gives every row once, ordered by table, key group and key. Rows of several partitions that
   * belong to no key may have the same address; they come in the order of partitions.
   *
   * @throws Exception what the consumer threw
   */
  void forEach(RowConsumer consumer) throws Exception;
}
