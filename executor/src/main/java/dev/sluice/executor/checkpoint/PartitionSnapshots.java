package dev.sluice.executor.checkpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.state.SnapshotObject;
import dev.sluice.executor.state.SnapshotRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The snapshots that one process writes of its partitions of a job whose checkpoints are committed
 * elsewhere, by a {@link CheckpointStore} that is told of the chains. A partition that this process
 * has written no committed snapshot of begins with a full one. Any thread may call.
 */
public final class PartitionSnapshots {
  private final SnapshotObjects objects;
  private final ChainPolicy policy;

  /** Of the last committed checkpoint. */
  @GuardedBy("this")
  private Chains committed;

  /** Of the checkpoint under way. */
  @GuardedBy("this")
  private final Map<PartitionId, List<SnapshotObject>> written = new TreeMap<>();

  @GuardedBy("this")
  private long writtenFor = -1;

  @GuardedBy("this")
  private int attempts;

  /**
   * What a partition wrote.
   *
   * @param objects its chain: a full object, then changes
   * @param wrote whether the last one was written now; otherwise nothing has changed since
   */
  public record Written(List<SnapshotObject> objects, boolean wrote) {}

  /**
   * Nothing is written yet.
   *
   * @param incarnation a word of letters, digits, {@code _} and {@code -} that no other process
   *     uses, now or later
   */
  public PartitionSnapshots(
      Storage storage, JobLayout layout, String incarnation, ChainPolicy policy) {
    this.objects = new SnapshotObjects(storage, layout, incarnation);
    this.policy = policy;
    this.committed = new Chains(policy, Map.of());
  }

  /** Whether a partition has to write all its rows. */
  public synchronized boolean isFullDue(int stage, int partition) {
    return committed.isFullDue(new PartitionId(stage, partition));
  }

  /**
   * Writes the rows of a partition; once for each partition and checkpoint.
   *
   * @param full whether these are all rows; must be true where {@link #isFullDue} says so
   * @throws CheckpointException if the storage does not take them
   */
  public Written write(
      BatchDescriptor marked, int stage, int partition, SnapshotRows rows, boolean full)
      throws CheckpointException {
    PartitionId id = new PartitionId(stage, partition);
    boolean writes = full || !rows.isEmpty();
    List<SnapshotObject> chain;
    int attempt;
    synchronized (this) {
      if (marked.batch() > writtenFor) {
        written.clear();
        writtenFor = marked.batch();
        attempts++;
      }
      attempt = attempts;
      chain = new ArrayList<>(full ? List.of() : committed.of(id));
    }
    if (!full && chain.isEmpty()) {
      throw new IllegalStateException(id + " has nothing committed that it could change");
    }
    if (writes) {
      String parent = full ? null : chain.get(chain.size() - 1).name();
      chain.add(objects.write(marked, attempt, id, rows, parent));
    }
    synchronized (this) {
      if (marked.batch() == writtenFor) {
        written.put(id, List.copyOf(chain));
      }
    }
    return new Written(List.copyOf(chain), writes);
  }

  /**
   * The checkpoint of a batch is durable, or was given up. What this process has not written for
   * the last durable one somebody else has: it begins with a full snapshot again.
   */
  public synchronized void ended(long batch, boolean durable) {
    if (durable) {
      committed = new Chains(policy, batch == writtenFor ? written : Map.of());
    }
    if (batch == writtenFor) {
      written.clear();
      writtenFor = -1;
    }
  }
}
