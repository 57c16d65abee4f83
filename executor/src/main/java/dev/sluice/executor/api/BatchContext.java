package dev.sluice.executor.api;

/**
 * What a processor sees of one micro-batch. Valid during {@link PartitionProcessor#process} only,
 * and used by its thread only.
 */
public interface BatchContext {
  /** The recorded facts of the batch. */
  BatchDescriptor descriptor();

  /**
   * The block of an input, numbered as in {@link StageSpec#inputs}. A source stage has its source
   * as input 0 and no other.
   */
  InputBlock input(int index);

  /**
   * The version of a view after this batch, numbered as in {@link StageSpec#views()}. Versions are
   * immutable and shared by all partitions of the executor.
   */
  Object view(int index);

  /**
   * Emits a record. Never waits for a consumer (DESIGN C5).
   *
   * @param output the output of the stage, from 0
   * @param keyHash {@link KeyGroups#hash} of the encoded key where an edge of this output is {@link
   *     Exchange#KEYED}; otherwise not looked at
   * @param record the record; from now on nobody may change it
   */
  void emit(int output, int keyHash, Object record);

  /**
   * Throws if the task's work is not wanted any more (job cancelled or failed). Long-running
   * processors call it now and then.
   */
  void checkCancelled();
}
