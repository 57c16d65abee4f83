package dev.sluice.executor.cluster;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.api.StorageFactory;
import dev.sluice.executor.checkpoint.ChainPolicy;
import dev.sluice.executor.checkpoint.JobLayout;
import dev.sluice.executor.checkpoint.PartitionSnapshots;
import dev.sluice.executor.checkpoint.Restoration;
import dev.sluice.executor.state.SnapshotRows;
import dev.sluice.executor.task.Snapshots;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.ToCoordinator.SnapshotWritten;
import dev.sluice.executor.transport.control.Preparation.CheckpointsOfJob;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The checkpoints of jobs as one executor sees them: it writes snapshots of its partitions into the
 * job's storage itself, and tells the coordinator, which commits. May be used by any thread.
 */
final class ExecutorCheckpoints implements Snapshots {
  private final int executor;
  private final Consumer<SnapshotWritten> tell;
  private final Map<String, Opened> opened = new ConcurrentHashMap<>();
  private final Map<String, OneJob> jobs = new ConcurrentHashMap<>();

  private record Opened(Storage storage, CheckpointsOfJob settings) {}

  private record OneJob(PartitionSnapshots snapshots, Restoration restoration) {}

  ExecutorCheckpoints(int executor, Consumer<SnapshotWritten> tell) {
    this.executor = executor;
    this.tell = tell;
  }

  /**
   * Opens the storage of a job that is being prepared, if it has one.
   *
   * @throws IOException if that is not possible here
   */
  void open(String jobId, CheckpointsOfJob settings, ClassLoader loader) throws IOException {
    if (settings.storage().length > 0) {
      StorageFactory factory = JobBytes.read(settings.storage(), StorageFactory.class, loader);
      opened.put(jobId, new Opened(factory.open(), settings));
    }
  }

  /**
   * A job starts here.
   *
   * @throws IOException if the checkpoint that it resumes from cannot be read here
   */
  void start(JobPlan plan) throws IOException {
    Opened here = opened.get(plan.jobId());
    if (here == null) {
      return;
    }
    CheckpointsOfJob settings = here.settings();
    JobLayout layout = JobLayout.of(plan.graph(), settings.fingerprint());
    Restoration restoration =
        settings.restored().isEmpty()
            ? null
            : Restoration.open(here.storage(), settings.restored(), layout);
    String incarnation = settings.incarnation() + "-x" + executor;
    jobs.put(
        plan.jobId(),
        new OneJob(
            new PartitionSnapshots(here.storage(), layout, incarnation, ChainPolicy.NORMAL),
            restoration));
  }

  @Override
  public void ended(String jobId, long batch, boolean durable) {
    OneJob job = jobs.get(jobId);
    if (job != null) {
      job.snapshots().ended(batch, durable);
    }
  }

  /** Forgets a job. */
  void close(String jobId) {
    opened.remove(jobId);
    jobs.remove(jobId);
  }

  @Override
  public boolean isFullDue(BatchDescriptor marked, int stage, int partition) {
    return jobs.get(marked.jobId()).snapshots().isFullDue(stage, partition);
  }

  @Override
  public void write(
      BatchDescriptor marked, int stage, int partition, SnapshotRows rows, boolean full)
      throws IOException {
    PartitionSnapshots.Written written =
        jobs.get(marked.jobId()).snapshots().write(marked, stage, partition, rows, full);
    tell.accept(
        new SnapshotWritten(
            marked.jobId(), marked, stage, partition, written.objects(), written.wrote()));
  }

  @Override
  public SnapshotReader restored(String jobId, int stage, int partition) {
    OneJob job = jobs.get(jobId);
    return job == null || job.restoration() == null
        ? null
        : job.restoration().rows(stage, partition);
  }
}
