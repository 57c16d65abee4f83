package dev.sluice.executor.checkpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.state.SnapshotObject;
import dev.sluice.executor.state.SnapshotRows;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A checkpoint being taken. Partitions write their objects from any thread; when {@link
 * #isComplete} and the batch is committed, the coordinator {@linkplain #commit commits} it, or
 * gives it up with {@link #abort}.
 *
 * <pre>
 *   begin → writeObject* ─┬─▶ commit ─▶ the newest checkpoint
 *                         └─▶ abort  ─▶ as if it never was
 * </pre>
 */
public final class PendingCheckpoint {
  private final CheckpointStore store;
  private final BatchDescriptor descriptor;
  private final int attempt;
  private final Chains committed;

  /** What partitions wrote, or the object that still holds because nothing has changed. */
  @GuardedBy("this")
  private final TreeMap<PartitionId, List<SnapshotObject>> chains = new TreeMap<>();

  /** Names of the objects that were written for it. */
  @GuardedBy("this")
  private final List<String> objects = new ArrayList<>();

  @GuardedBy("this")
  private boolean ended;

  PendingCheckpoint(
      CheckpointStore store, BatchDescriptor descriptor, int attempt, Chains committed) {
    this.store = store;
    this.descriptor = descriptor;
    this.attempt = attempt;
    this.committed = committed;
  }

  /** The batch after which it is taken. */
  public BatchDescriptor descriptor() {
    return descriptor;
  }

  /**
   * Whether a partition has to write all its rows, not only what changed since the last committed
   * checkpoint.
   */
  public boolean isFullDue(int stage, int partition) {
    return committed.isFullDue(new PartitionId(stage, partition));
  }

  /**
   * Writes the rows of a partition; once for each. After {@link #abort} nothing is written.
   *
   * @param full whether these are all rows; must be true where {@link #isFullDue} says so
   * @throws CheckpointException if the storage does not take them; the checkpoint should be given
   *     up
   */
  public void writeObject(int stage, int partition, SnapshotRows rows, boolean full)
      throws CheckpointException {
    PartitionId id = new PartitionId(stage, partition);
    List<SnapshotObject> chain = new ArrayList<>(full ? List.of() : committed.of(id));
    if (!full && chain.isEmpty()) {
      throw new IllegalStateException(id + " has nothing committed that it could change");
    }
    synchronized (this) {
      if (ended) {
        return;
      }
      if (chains.containsKey(id)) {
        throw new IllegalStateException(id + " has written its object already");
      }
    }
    if (full || !rows.isEmpty()) {
      String parent = full ? null : chain.get(chain.size() - 1).name();
      chain.add(store.objects().write(descriptor, attempt, id, rows, parent));
    }
    String last = chain.get(chain.size() - 1).name();
    boolean wrote = full || !rows.isEmpty();
    synchronized (this) {
      if (!ended) {
        chains.put(id, List.copyOf(chain));
        if (wrote) {
          objects.add(last);
        }
        return;
      }
    }
    if (wrote) {
      store.deleteQuietly(last);
    }
  }

  /**
   * Takes the chain of a partition that another process wrote ({@link PartitionSnapshots}); once
   * for each.
   *
   * @param wrote whether the last object of the chain was written for this checkpoint
   */
  public void written(int stage, int partition, List<SnapshotObject> chain, boolean wrote) {
    String last = chain.get(chain.size() - 1).name();
    synchronized (this) {
      if (!ended) {
        chains.put(new PartitionId(stage, partition), List.copyOf(chain));
        if (wrote) {
          objects.add(last);
        }
        return;
      }
    }
    if (wrote) {
      store.deleteQuietly(last);
    }
  }

  /** Whether every partition of every stage has written. */
  public synchronized boolean isComplete() {
    return chains.size()
        == store.layout().stages().stream().mapToInt(StageLayout::partitions).sum();
  }

  /**
   * Makes it the newest checkpoint: writes the manifest, reads it back, sweeps what is not needed
   * any more. Called by the coordinator, once, when it is complete.
   *
   * @return the name of the checkpoint
   * @throws CheckpointException if the manifest is not there; the checkpoint is given up then
   */
  public String commit() throws CheckpointException {
    List<Manifest.Entry> entries = new ArrayList<>();
    TreeMap<PartitionId, List<SnapshotObject>> written;
    synchronized (this) {
      if (ended || !isComplete()) {
        throw new IllegalStateException(
            "the checkpoint of batch "
                + descriptor.batch()
                + (ended ? " has ended" : " is incomplete"));
      }
      ended = true;
      written = new TreeMap<>(chains);
    }
    written.forEach(
        (id, chain) ->
            chain.forEach(
                object -> entries.add(new Manifest.Entry(id.stage(), id.partition(), object))));
    return store.commit(this, new Manifest(store.layout(), descriptor, entries), written);
  }

  /**
   * Gives it up and deletes what was written, so that a full disk does not stay full for its sake;
   * does nothing after the end.
   */
  public void abort() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    store.aborted(this);
    deleteObjects();
  }

  /** Deletes what was written; what is left because that fails goes with the next sweep. */
  void deleteObjects() {
    List<String> written;
    synchronized (this) {
      written = List.copyOf(objects);
    }
    written.forEach(store::deleteQuietly);
  }
}
