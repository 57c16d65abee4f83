package dev.sluice.executor.api;

/**
 * Reads one split. Used by one thread at a time, the same discipline as its partition's {@link
 * PartitionProcessor}:
 *
 * <pre>
 *   open → ( poll | read → [mark] | acknowledge )* → close
 * </pre>
 */
public interface SourceReader extends AutoCloseable {
  /**
   * Looks whether there is anything to read, without waiting. What it finds stays for the next
   * {@link #read}.
   *
   * @throws Exception fails the task
   */
  SourceStatus poll() throws Exception;

  /**
   * Reads what is there, at most {@code descriptor.maxRecordsPerSplit()} records, and returns at
   * once; it never waits to fill. Each record is processed before the next is read.
   *
   * @throws Exception fails the task
   */
  void read(BatchDescriptor descriptor, RecordConsumer out) throws Exception;

  /**
   * The watermark after what has been read so far. A fall is clamped by the engine. {@link
   * Watermarks#MAX} counts as the end of the source; the engine seals it only in a batch without
   * data.
   */
  long watermark();

  /**
   * The place after what has been read so far, encoded, to go on from after a restore.
   *
   * @throws Exception fails the task
   */
  byte[] mark() throws Exception;

  /**
   * Ends batch {@code batch}: the block is complete. A reader that wants to be told when the block
   * is safe prepares for {@link #acknowledge} here.
   *
   * @return whether {@link #acknowledge} shall be called for this batch
   * @throws Exception fails the task
   */
  default boolean endBlock(long batch) throws Exception {
    return false;
  }

  /**
   * Everything read up to and with batch {@code batch} is safe; in order, at most once.
   *
   * @throws Exception logged, never fatal
   */
  default void acknowledge(long batch) throws Exception {}

  /**
   * Takes what a task made of this reader has to tell the {@link JobListener}, such as metric
   * deltas of the reading; null if nothing.
   */
  default Object takeMetrics() {
    return null;
  }

  @Override
  void close() throws Exception;
}
