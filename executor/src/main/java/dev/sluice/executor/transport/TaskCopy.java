package dev.sluice.executor.transport;

import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.state.SnapshotRows;
import java.util.List;

/**
 * What the buddy of a partition keeps of one task (DESIGN C7): with it, it can go on in the owner's
 * place.
 *
 * @param stage the stage
 * @param partition its partition
 * @param batch the batch
 * @param report what the processor reported; without metrics
 * @param rows what has changed in the partition's state, the mark of its reader included; null for
 *     a task whose state a later copy carries
 * @param full whether {@code rows} is the whole state
 * @param blocks the blocks that are nowhere else: those for partitions of the same owner
 * @param elsewhere the blocks that other executors have
 */
public record TaskCopy(
    int stage,
    int partition,
    long batch,
    TaskReport report,
    SnapshotRows rows,
    boolean full,
    List<SentBlock> blocks,
    List<Target> elsewhere) {
  /**
   * Where a block goes.
   *
   * @param edge the edge
   * @param consumer the partition
   */
  public record Target(int edge, int consumer) {}

  /** Hands all blocks back. */
  public void release() {
    blocks.forEach(sent -> sent.block().release());
  }
}
