package dev.sluice.executor.node;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.checkpoint.ChainPolicy;
import dev.sluice.executor.checkpoint.CheckpointStore;
import dev.sluice.executor.checkpoint.JobLayout;
import dev.sluice.executor.checkpoint.PendingCheckpoint;
import dev.sluice.executor.checkpoint.Restoration;
import dev.sluice.executor.checkpoint.RestoreChoice;
import dev.sluice.executor.coordinator.Checkpoints;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.state.SnapshotRows;
import dev.sluice.executor.task.Snapshots;
import dev.sluice.executor.transport.ToCoordinator.SnapshotWritten;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of the jobs of one JVM: where the executors' snapshots meet the coordinator's
 * commits. May be used by any thread.
 */
public final class JobCheckpoints implements Snapshots, Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(JobCheckpoints.class);

  private final Map<String, OneJob> jobs = new ConcurrentHashMap<>();

  /**
   * Adds a job before it begins, and finds out where it begins.
   *
   * @param incarnation a word of letters, digits, {@code _} and {@code -} that no other beginning
   *     of a job uses, now or later
   * @throws IOException if the storage, the choice of the checkpoint and the job do not go
   *     together, or what was asked for is damaged; nothing has been added then
   */
  public JobStart begin(
      String jobId, JobGraph graph, CheckpointSettings settings, String incarnation)
      throws IOException {
    CheckpointStore store =
        new CheckpointStore(
            settings.storage(),
            JobLayout.of(graph, settings.fingerprint()),
            incarnation,
            ChainPolicy.NORMAL);
    CheckpointStore.Beginning beginning =
        store.begin(RestoreChoice.parse(settings.restore()), graph);
    Restoration restored = beginning.restoration();
    int run = store.nextRun();
    jobs.put(jobId, new OneJob(beginning));
    if (restored == null) {
      return new JobStart(jobId, run, true, null, 0, Long.MIN_VALUE);
    }
    LOG.info("job {} resumes from checkpoint {}", jobId, restored);
    BatchDescriptor last = restored.descriptor();
    return new JobStart(jobId, run, true, restored.name(), last.batch() + 1, last.processingTime());
  }

  /** The job as it is laid out: after a restore its sources have the splits of the checkpoint. */
  public JobGraph graph(String jobId) {
    return jobs.get(jobId).graph;
  }

  /** The checkpoint that a job resumed from; empty if it began anew. */
  public String restoredFrom(String jobId) {
    Restoration restoration = jobs.get(jobId).restoration;
    return restoration == null ? "" : restoration.name();
  }

  /** What a partition in another process wrote; said before the checkpoint is committed. */
  public void written(SnapshotWritten written) {
    OneJob job = jobs.get(written.jobId());
    PendingCheckpoint pending = job == null ? null : job.pending(written.marked());
    if (pending != null) {
      pending.written(written.stage(), written.partition(), written.chain(), written.wrote());
    }
  }

  /** Forgets a job that has ended, or never had checkpoints. */
  public void remove(String jobId) {
    jobs.remove(jobId);
  }

  @Override
  public boolean isFullDue(BatchDescriptor marked, int stage, int partition) {
    PendingCheckpoint pending = jobs.get(marked.jobId()).pending(marked);
    return pending == null || pending.isFullDue(stage, partition);
  }

  @Override
  public void write(
      BatchDescriptor marked, int stage, int partition, SnapshotRows rows, boolean full)
      throws IOException {
    PendingCheckpoint pending = jobs.get(marked.jobId()).pending(marked);
    if (pending == null) {
      throw new IOException("the checkpoint of batch " + marked.batch() + " was given up");
    }
    pending.writeObject(stage, partition, rows, full);
  }

  @Override
  public void ended(String jobId, long batch, boolean durable) {
    // the coordinator of this JVM has seen to it
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
    private final JobGraph graph;
    private final Restoration restoration;

    /** The checkpoint under way, or the last one. */
    private PendingCheckpoint pending;

    OneJob(CheckpointStore.Beginning beginning) {
      this.store = beginning.store();
      this.graph = beginning.graph();
      this.restoration = beginning.restoration();
    }

    /**
     * The checkpoint of a batch; the first partition that takes its snapshot begins it, and thereby
     * ends an earlier one that nobody else has ended. Null for an earlier one.
     */
    synchronized PendingCheckpoint pending(BatchDescriptor marked) {
      int order = pending == null ? 1 : compare(marked, pending.descriptor());
      if (order > 0) {
        if (pending != null) {
          pending.abort();
        }
        pending = store.begin(marked);
      }
      return order < 0 ? null : pending;
    }

    private static int compare(BatchDescriptor one, BatchDescriptor other) {
      int byRun = Integer.compare(one.run(), other.run());
      return byRun != 0 ? byRun : Long.compare(one.batch(), other.batch());
    }

    synchronized String commit(long batch) throws IOException {
      if (!isPending(batch)) {
        throw new IllegalStateException("no checkpoint of batch " + batch + " is under way");
      }
      return pending.commit();
    }

    /** Nothing has to be there: perhaps no partition has written yet. */
    synchronized void abort(long batch) {
      if (isPending(batch)) {
        pending.abort();
      }
    }

    private boolean isPending(long batch) {
      return pending != null && pending.descriptor().batch() == batch;
    }
  }
}
