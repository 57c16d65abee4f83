package dev.sluice.executor.coordinator;

import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.Transport;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job, as the coordinator knows it. Owned by the coordinator.
 *
 * <pre>
 *   STARTING ──▶ RUNNING ──▶ STOPPING ──▶ ENDED
 *       └────────────────────────▲
 * </pre>
 */
final class CoordinatedJob {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatedJob.class);

  /** Where the job is. */
  private enum Life {
    STARTING,
    RUNNING,
    STOPPING,
    ENDED
  }

  private final JobPlan plan;
  private final SubmittedJob handle;
  private final MetricsLedger metrics;
  private final Transport transport;

  /** Lets a checkpoint become durable, or be given up, in the background. */
  private final Consumer<CheckpointProgress> settle;

  /** Executors whose answer is awaited: that they have started, or stopped. */
  private final Set<Integer> awaited = new TreeSet<>();

  private Life life = Life.STARTING;
  private boolean drainAsked;
  private JobState outcome;
  private TaskFailure failure;

  /** The checkpoint that is on its way; null if there is none, or it is being settled. */
  private CheckpointProgress checkpoint;

  private boolean settling;

  /** The batches of the last two durable checkpoints of this run, -1 for none. */
  private long newestCheckpoint = -1;

  private long covered = -1;

  CoordinatedJob(
      JobPlan plan,
      SubmittedJob handle,
      JobListener listener,
      Transport transport,
      Consumer<CheckpointProgress> settle) {
    this.settle = settle;
    this.plan = plan;
    this.handle = handle;
    this.metrics = new MetricsLedger(listener);
    this.transport = transport;
  }

  void start() {
    awaitAll();
    toExecutors(new ToExecutor.StartJob(plan));
  }

  void received(ToCoordinator message) {
    if (message instanceof ToCoordinator.JobStarted started) {
      started(started.executor());
    } else if (message instanceof ToCoordinator.JobFailed failed) {
      fail(failed.failure());
    } else if (message instanceof ToCoordinator.JobStopped stopped) {
      stopped(stopped.executor());
    } else if (message instanceof ToCoordinator.TaskMetrics report) {
      metrics.attempted(report);
    } else if (message instanceof ToCoordinator.BatchOpened opened) {
      opened(opened);
    } else if (message instanceof ToCoordinator.BatchCommitted committed) {
      committed(committed);
    } else if (message instanceof ToCoordinator.SnapshotTaken taken) {
      snapshotTaken(taken);
    } else if (message instanceof ToCoordinator.JobComplete) {
      stop(drainAsked ? JobState.DRAINED : JobState.DONE);
    }
  }

  private void opened(ToCoordinator.BatchOpened opened) {
    JobProgress before = handle.progress();
    handle.progress(
        new JobProgress(
            opened.descriptor().batch(),
            before.committed(),
            before.recordsRead(),
            before.bytesRead(),
            before.minWatermark(),
            opened.descriptor().processingTime()));
    if (opened.descriptor().checkpoint()) {
      checkpointOf(opened.descriptor().batch());
    }
  }

  private void committed(ToCoordinator.BatchCommitted committed) {
    handle.progress(committed.progress());
    metrics.committed(committed.progress().committed(), committed.metricsReports());
    if (checkpoint != null) {
      checkpoint.committed(committed.progress().committed());
      settleCheckpoint();
    }
  }

  private void snapshotTaken(ToCoordinator.SnapshotTaken taken) {
    if (life == Life.RUNNING) {
      checkpointOf(taken.batch()).taken(taken);
      settleCheckpoint();
    }
  }

  /** A snapshot may be heard of before the batch: they travel different ways. */
  private CheckpointProgress checkpointOf(long batch) {
    if (checkpoint == null) {
      int partitions = plan.graph().stages().stream().mapToInt(StageSpec::partitions).sum();
      checkpoint = new CheckpointProgress(batch, partitions);
    }
    return checkpoint;
  }

  private void settleCheckpoint() {
    if (checkpoint.isSettled()) {
      CheckpointProgress settled = checkpoint;
      checkpoint = null;
      settling = true;
      settle.accept(settled);
    }
  }

  /** A checkpoint is durable, or was given up. */
  void checkpointSettled(CoordinatorEvent.CheckpointSettled settled) {
    settling = false;
    if (settled.error() == null) {
      LOG.debug("job {}: checkpoint {} is durable", plan.jobId(), settled.name());
      covered = newestCheckpoint;
      newestCheckpoint = settled.batch();
      handle.checkpoint(settled.name());
    } else {
      LOG.warn(
          "job {}: the checkpoint of batch {} was given up; the last durable one stays",
          plan.jobId(),
          settled.batch(),
          settled.error());
    }
    if (life == Life.RUNNING) {
      toOpener(
          new ToOpener.CheckpointEnded(plan.jobId(), settled.batch(), settled.error(), covered));
    }
    endIfQuiet();
  }

  private void started(int executor) {
    if (life != Life.STARTING) {
      return;
    }
    awaited.remove(executor);
    if (awaited.isEmpty()) {
      life = Life.RUNNING;
      toOpener(new ToOpener.BeginOpening(plan));
      if (drainAsked) {
        toOpener(new ToOpener.Drain(plan.jobId()));
      }
    }
  }

  private void fail(TaskFailure cause) {
    if (life == Life.STARTING || life == Life.RUNNING) {
      failure = cause;
      stop(JobState.FAILED);
    }
  }

  void cancel() {
    stop(JobState.CANCELLED);
  }

  void drain() {
    if (life.compareTo(Life.STOPPING) >= 0 || drainAsked) {
      return;
    }
    drainAsked = true;
    handle.draining();
    if (life == Life.RUNNING) {
      toOpener(new ToOpener.Drain(plan.jobId()));
    }
  }

  private void stop(JobState as) {
    if (life.compareTo(Life.STOPPING) >= 0) {
      return;
    }
    life = Life.STOPPING;
    outcome = as;
    awaitAll();
    toOpener(new ToOpener.EndOpening(plan.jobId()));
    boolean abort = as == JobState.FAILED || as == JobState.CANCELLED;
    toExecutors(
        new ToExecutor.StopJob(plan.jobId(), abort, abort ? -1 : handle.progress().committed()));
  }

  private void stopped(int executor) {
    awaited.remove(executor);
    endIfQuiet();
  }

  private void endIfQuiet() {
    if (life == Life.STOPPING && awaited.isEmpty() && !settling) {
      life = Life.ENDED;
    }
  }

  boolean isEnded() {
    return life == Life.ENDED;
  }

  /** Tells the client; the coordinator has forgotten the job by then. */
  void announceEnd() {
    handle.end(outcome, failure);
  }

  private void awaitAll() {
    for (int executor : plan.assignment().executors()) {
      awaited.add(executor);
    }
  }

  private void toOpener(Message message) {
    transport.send(Address.COORDINATOR, new Address(plan.opener()), message);
  }

  private void toExecutors(Message message) {
    for (int executor : plan.assignment().executors()) {
      transport.send(Address.COORDINATOR, new Address(executor), message);
    }
  }
}
