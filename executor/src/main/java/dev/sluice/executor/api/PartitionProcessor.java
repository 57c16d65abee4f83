package dev.sluice.executor.api;

/**
 * The code of one partition of one stage: a deterministic function (DESIGN C1)
 *
 * <pre>
 *   (state after t-1, input blocks of t, views of version t, descriptor of t) → (state after t, blocks of t)
 * </pre>
 *
 * <p>Lifecycle, always by one thread at a time with happens-before in between:
 *
 * <pre>
 *   create → [restore] → ( process → [snapshot] | acknowledge )* → close
 * </pre>
 *
 * <ul>
 *   <li>{@code process} is called once per batch, in the order of batches, without gaps, also when
 *       there is no input. An empty batch should cost next to nothing.
 *   <li>It must not depend on anything but its arguments and its own state: no clock (the
 *       descriptor has the time), no randomness, no thread identity, no iteration in identity-hash
 *       order. User code may break this; the engine's safety does not rest on it.
 *   <li>Input watermarks never fall; output watermarks must not fall.
 *   <li>When {@code process} throws, the processor is closed and never called again, and the job
 *       fails or the task is tried again on a new processor.
 *   <li>{@code acknowledge(t)} comes in order, at most once per batch, after batch {@code t} is
 *       safe as the job's acknowledgement mode demands (DESIGN C11), and only for batches whose
 *       report wanted it.
 *   <li>{@code close} is called exactly once, also after failure, and before the job's end is
 *       announced.
 * </ul>
 */
public interface PartitionProcessor extends AutoCloseable {
  /**
   * Takes the rows of an earlier snapshot, before the first batch of this processor.
   *
   * <p>Where the stage had another number of partitions when the snapshot was taken, these are the
   * rows of the key groups that the partition has now, and the rows that belong to no key of
   * <i>all</i> earlier partitions: of one address there may be several, which the processor makes
   * one of.
   *
   * @throws Exception if the rows do not fit this program; the restore is refused
   */
  void restore(SnapshotReader rows) throws Exception;

  /**
   * Computes one micro-batch.
   *
   * @throws Exception what the user's code threw
   */
  TaskReport process(BatchContext batch) throws Exception;

  /**
   * Writes the rows that have changed since the last snapshot that was {@linkplain
   * #snapshotCommitted committed}, or all rows if {@code full}. Called after {@code process} of a
   * batch that the descriptor marks.
   *
   * @throws Exception if a row cannot be encoded; the job fails
   */
  void snapshot(SnapshotWriter rows, boolean full) throws Exception;

  /**
   * Says what became of the last snapshot. After {@code false} its rows count as changed again.
   *
   * @param committed whether the checkpoint is durable
   */
  default void snapshotCommitted(boolean committed) {}

  /**
   * Batch {@code batch} is safe: finalizers may run.
   *
   * @throws Exception logged, never fatal
   */
  default void acknowledge(long batch) throws Exception {}

  /** Counts what is held from batch to batch. Never while another call is under way. */
  default void inventory(Inventory to) {}

  @Override
  void close() throws Exception;
}
