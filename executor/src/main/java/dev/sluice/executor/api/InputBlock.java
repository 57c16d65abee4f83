package dev.sluice.executor.api;

/**
 * What one input of a partition received in one micro-batch: the blocks of all producer partitions
 * in canonical order (edge, producer partition, chunk), and the watermark.
 */
public interface InputBlock {
  /**
   * Whether there is no record. False may be answered for a source whose reading is still to come.
   */
  boolean isEmpty();

  /**
   * Gives every record to {@code consumer}, once. A second call gives nothing: memory is handed
   * back on the way.
   *
   * @throws Exception what the consumer threw, or a source's reader
   */
  void drain(RecordConsumer consumer) throws Exception;

  /**
   * The input watermark after this batch: the minimum over the seals of all producers. For the
   * input of a source it is known only after {@link #drain}.
   */
  long watermark();
}
