package dev.sluice.executor.node;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.checkpoint.CheckpointStore;
import dev.sluice.executor.checkpoint.PendingCheckpoint;
import dev.sluice.executor.checkpoint.Restoration;
import dev.sluice.executor.coordinator.Checkpoints;
import dev.sluice.executor.state.SnapshotRows;
import dev.sluice.executor.task.Snapshots;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The checkpoints of the jobs of one JVM: where the executors' snapshots meet the coordinator's
 * commits. May be used by any thread.
 */
public final class JobCheckpoints implements Snapshots, Checkpoints {
  private final Map<String, OneJob> jobs = new ConcurrentHashMap<>();

  /**
   * Adds a job before it begins.
   *
   * @param store its store, for which it has been decided what to resume from
   * @param restoration what the job resumes from, or null
   */
  public void add(String jobId, CheckpointStore store, Restoration restoration) {
    jobs.put(jobId, new OneJob(store, restoration));
  }

  /** Forgets a job that has ended, or never had checkpoints. */
  public void remove(String jobId) {
    jobs.remove(jobId);
  }

  @Override
  public boolean isFullDue(BatchDescriptor marked, int stage, int partition) {
    return jobs.get(marked.jobId()).pending(marked).isFullDue(stage, partition);
  }

  @Override
  public void write(
      BatchDescriptor marked, int stage, int partition, SnapshotRows rows, boolean full)
      throws IOException {
    jobs.get(marked.jobId()).pending(marked).writeObject(stage, partition, rows, full);
  }

  @Override
  public SnapshotReader restored(String jobId, int stage, int partition) {
    Restoration restoration = jobs.get(jobId).restoration;
    return restoration == null ? null : restoration.rows(stage, partition);
  }

  @Override
  public String commit(String jobId, long batch) throws IOException {
    return jobs.get(jobId).commit(batch);
  }

  @Override
  public void abort(String jobId, long batch) {
    jobs.get(jobId).abort(batch);
  }

  /** The store is one thread's at a time: whoever holds the lock. */
  private static final class OneJob {
    private final CheckpointStore store;
    private final Restoration restoration;

    /** The checkpoint under way, or the last one. */
    private PendingCheckpoint pending;

    OneJob(CheckpointStore store, Restoration restoration) {
      this.store = store;
      this.restoration = restoration;
    }

    /** The checkpoint of a batch; the first partition that takes its snapshot begins it. */
    synchronized PendingCheckpoint pending(BatchDescriptor marked) {
      if (pending == null || pending.descriptor().batch() != marked.batch()) {
        pending = store.begin(marked);
      }
      return pending;
    }

    synchronized String commit(long batch) throws IOException {
      return of(batch).commit();
    }

    synchronized void abort(long batch) {
      of(batch).abort();
    }

    private PendingCheckpoint of(long batch) {
      if (pending == null || pending.descriptor().batch() != batch) {
        throw new IllegalStateException("no checkpoint of batch " + batch + " is under way");
      }
      return pending;
    }
  }
}
