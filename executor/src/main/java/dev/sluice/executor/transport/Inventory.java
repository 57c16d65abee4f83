package dev.sluice.executor.transport;

import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import java.util.List;

/**
 * What an executor has of a job when an epoch ends; and its promise to take and release nothing of
 * that epoch any more (DESIGN section 4).
 *
 * @param executor whose it is
 * @param epoch the epoch that is to begin
 * @param committed the last batch that it knows to be committed
 * @param time the greatest processing time of a batch that it has known
 * @param open the descriptors of all later batches that it knows, in order
 * @param owned how far its own partitions have released
 * @param standbys what it keeps of partitions of others
 * @param arrived what has reached it of partitions of others that are not members any more
 */
public record Inventory(
    int executor,
    long epoch,
    long committed,
    long time,
    List<OpenBatch> open,
    List<Owned> owned,
    List<Standby> standbys,
    List<Arrived> arrived) {
  /**
   * A partition that the executor owns.
   *
   * @param task the partition
   * @param released the last batch that it has released
   */
  public record Owned(TaskId task, long released) {}

  /**
   * A partition that the executor keeps a copy of.
   *
   * @param task the partition
   * @param complete whether it has the whole state after {@code released}
   * @param released the last batch that it knows to be released
   * @param copied the batch after it, if a copy has come that is not known to be released, or the
   *     same
   * @param full whether that copy carries the whole state
   * @param group all partitions that are released together with that copy
   * @param consumers the executors that blocks of these were sent to
   */
  public record Standby(
      TaskId task,
      boolean complete,
      long released,
      long copied,
      boolean full,
      List<TaskId> group,
      List<Integer> consumers) {}

  /**
   * A task whose output has reached the executor.
   *
   * @param task the partition
   * @param batch the batch
   * @param released whether it is known to be released
   */
  public record Arrived(TaskId task, long batch, boolean released) {}
}
