package dev.sluice.executor.block;

/**
 * Collects the records of one block, then of the next: after {@link #seal} or {@link #abort} the
 * writer is empty again and may be used for another batch. An empty writer holds no memory. Used by
 * one thread at a time.
 */
public abstract sealed class BlockWriter permits ReferenceWriter, EncodedWriter {
  BlockWriter() {}

  /**
   * Appends a record; from now on nobody may change it. Never waits: over budget, records go to
   * disk.
   *
   * @throws Exception if the record cannot be encoded (the block is then as before), or the disk is
   *     full
   */
  public abstract void append(Object record) throws Exception;

  /**
   * Ends the block and hands it over.
   *
   * @throws Exception if the disk is full or a record that has to go there cannot be encoded; the
   *     writer is empty then
   */
  public abstract Block seal() throws Exception;

  /** Throws away what was appended. Does nothing when there is nothing. */
  public abstract void abort();
}
