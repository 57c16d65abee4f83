package dev.sluice.executor.coordinator;

import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.JobState;
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

/**
 * One job, as the coordinator knows it. Owned by the coordinator.
 *
 * <pre>
 *   STARTING ──▶ RUNNING ──▶ STOPPING ──▶ ENDED
 *       └────────────────────────▲
 * </pre>
 */
final class CoordinatedJob {
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

  /** Executors whose answer is awaited: that they have started, or stopped. */
  private final Set<Integer> awaited = new TreeSet<>();

  private Life life = Life.STARTING;
  private boolean drainAsked;
  private JobState outcome;
  private TaskFailure failure;

  CoordinatedJob(JobPlan plan, SubmittedJob handle, JobListener listener, Transport transport) {
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
      handle.progress(committed.progress());
      metrics.committed(committed.progress().committed(), committed.metricsReports());
    } else if (message instanceof ToCoordinator.JobComplete) {
      stop(drainAsked ? JobState.DRAINED : JobState.DONE);
    }
  }

  private void opened(ToCoordinator.BatchOpened opened) {
    JobProgress before = handle.progress();
    handle.progress(
        new JobProgress(
            opened.batch(),
            before.committed(),
            before.recordsRead(),
            before.minWatermark(),
            opened.processingTime()));
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
    if (life == Life.STOPPING && awaited.isEmpty()) {
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
    for (int executor = 0; executor < plan.assignment().executors(); executor++) {
      awaited.add(executor);
    }
  }

  private void toOpener(Message message) {
    transport.send(Address.COORDINATOR, new Address(plan.opener()), message);
  }

  private void toExecutors(Message message) {
    for (int executor = 0; executor < plan.assignment().executors(); executor++) {
      transport.send(Address.COORDINATOR, new Address(executor), message);
    }
  }
}
