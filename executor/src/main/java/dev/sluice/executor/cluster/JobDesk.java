package dev.sluice.executor.cluster;

import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.JobSummary;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.cluster.ClusterJob.Phase;
import dev.sluice.executor.cluster.ClusterJob.Watcher;
import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.coordinator.Coordinator;
import dev.sluice.executor.net.Link;
import dev.sluice.executor.node.JobIds;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.control.Preparation;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Reply.JobStatus;
import dev.sluice.executor.transport.control.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of a cluster: prepares executors for them, begins them at the engine's coordinator,
 * tells clients what becomes of them. Everything happens in the turn of the {@link MemberDesk};
 * what takes long is done in the background and comes back there.
 *
 * <pre>
 *   Submit ─▶ load (background) ─▶ PrepareJob to all ─▶ all JobPrepared ─▶ Coordinator.submit
 *                                                                            │
 *   ForgetJob to all ◀─ last metrics (background) ◀─ the engine forgets it ◀─┘
 * </pre>
 */
final class JobDesk implements MemberDesk.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(JobDesk.class);
  private static final int ENDED_KEPT = 100;
  private static final long LOOK_NANOS = 50_000_000;

  private final DeskWorld world;
  private final JobIds ids = new JobIds();

  /** In the order of submission. */
  private final Map<String, ClusterJob> jobs = new LinkedHashMap<>();

  /** The executors that the job that is just being submitted begins on. */
  private List<Integer> submittedOn = List.of();

  private boolean looking;
  private boolean closed;

  /**
   * What the desk works with.
   *
   * @param members whose turn is the desk's, too
   * @param coordinator of the engine
   * @param background for what takes long; several at a time
   */
  record DeskWorld(
      Clock clock,
      Timers timers,
      MemberDesk members,
      Coordinator coordinator,
      JobLoading loading,
      JobLoaders loaders,
      Executor background) {}

  JobDesk(DeskWorld world) {
    this.world = world;
  }

  /** The executors of the job that is just being submitted: for the engine's coordinator. */
  List<Integer> submittedOn() {
    return submittedOn;
  }

  /** A client submits a job; any thread. */
  void submit(Link link, Request.Submit submit) {
    String jobId = ids.next(submit.name());
    world
        .background()
        .execute(
            () -> {
              try {
                LoadedJob loaded = world.loading().load(jobId, submit);
                inTurn(() -> prepare(link, submit, loaded));
              } catch (ClusterException | RuntimeException e) {
                LOG.info("{} is refused: {}", jobId, e.getMessage());
                link.send(new Reply.Refused(submit.id(), e.getMessage()));
              }
            });
  }

  private void prepare(Link link, Request.Submit submit, LoadedJob loaded) {
    ClusterJob job =
        new ClusterJob(submit.name(), loaded, link, submit.id(), world.clock().wallMillis());
    jobs.put(job.jobId, job);
    List<Integer> executors = world.members().attending();
    if (executors.isEmpty()) {
      refuse(job, "no executor has joined the cluster");
      return;
    }
    executors.forEach(executor -> prepare(job, executor));
  }

  private void prepare(ClusterJob job, int executor) {
    job.awaited.add(executor);
    world.members().tell(executor, job.loaded().preparation());
  }

  /** An executor can run a job now, or cannot; any thread. */
  void prepared(int executor, Preparation.JobPrepared message) {
    inTurn(
        () -> {
          ClusterJob job = jobs.get(message.job());
          if (job == null || !job.awaited.remove(executor)) {
            return;
          }
          if (!message.error().isEmpty() && job.phase() == Phase.PREPARING) {
            refuse(job, "executor " + executor + " cannot run it: " + message.error());
            return;
          }
          if (message.error().isEmpty()) {
            job.prepared.add(executor);
            if (job.phase() == Phase.RUNNING) {
              world.coordinator().joined(job.jobId, executor);
            }
          }
          startIfPrepared(job);
        });
  }

  private void startIfPrepared(ClusterJob job) {
    if (job.phase() != Phase.PREPARING || !job.awaited.isEmpty()) {
      return;
    }
    if (job.prepared.isEmpty()) {
      refuse(job, "all executors have died");
      return;
    }
    submittedOn = List.copyOf(job.prepared);
    JobHandle handle;
    try {
      handle =
          world.coordinator().submit(job.loaded().start(), job.loaded().graph(), job.listener());
    } catch (IllegalArgumentException e) {
      refuse(job, e.getMessage());
      return;
    }
    job.running(handle, submittedOn);
    LOG.info("{} runs on executors {}", job.jobId, submittedOn);
    job.takeSubmitter().send(new Reply.Submitted(job.submission(), job.jobId));
    tell(job);
    lookLater();
  }

  private void refuse(ClusterJob job, String reason) {
    LOG.info("{} is refused: {}", job.jobId, reason);
    jobs.remove(job.jobId);
    job.takeSubmitter().send(new Reply.Refused(job.submission(), reason));
    for (Watcher watcher : job.watchers) {
      watcher.link().send(new Reply.Refused(watcher.request().id(), reason));
    }
    forget(job);
  }

  /** The engine has forgotten a job; any thread. */
  void over(String jobId) {
    inTurn(
        () -> {
          ClusterJob job = jobs.get(jobId);
          JobHandle handle = job.handle();
          JobSummary summary = job.loaded().summary();
          world.background().execute(() -> sumUp(job, handle, summary));
        });
  }

  private void sumUp(ClusterJob job, JobHandle handle, JobSummary summary) {
    try {
      handle.await(Duration.ZERO); // it ends now: its client is told after it is forgotten
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    byte[] metrics = JobBytes.writeIfPossible(summary.snapshot());
    byte[] failure =
        JobBytes.writeIfPossible(handle.failure().map(TaskFailure::cause).orElse(null));
    JobState end = handle.state();
    inTurn(
        () -> {
          forget(job);
          job.ended(metrics, failure, world.clock().wallMillis());
          LOG.info("{} has ended: {}", job.jobId, end);
          tell(job);
          forgetOldest();
        });
  }

  private void forget(ClusterJob job) {
    world
        .members()
        .attending()
        .forEach(executor -> world.members().tell(executor, new Preparation.ForgetJob(job.jobId)));
    AutoCloseable surroundings = job.loaded().surroundings();
    world.background().execute(() -> close(job.jobId, surroundings));
  }

  private void close(String jobId, AutoCloseable surroundings) {
    try {
      surroundings.close();
    } catch (Exception e) {
      LOG.warn("the surroundings of {} could not be closed", jobId, e);
    }
    world.loaders().close(jobId);
  }

  private void forgetOldest() {
    long ended = jobs.values().stream().filter(job -> job.phase() == Phase.ENDED).count();
    Iterator<ClusterJob> oldest = jobs.values().iterator();
    while (ended > ENDED_KEPT) {
      if (oldest.next().phase() == Phase.ENDED) {
        oldest.remove();
        ended--;
      }
    }
  }

  @Override
  public void joined(int executor) {
    for (ClusterJob job : jobs.values()) {
      if (job.phase() != Phase.ENDED) {
        prepare(job, executor);
      }
    }
  }

  @Override
  public void linkedAgain(int executor) {
    for (ClusterJob job : jobs.values()) {
      if (job.awaited.contains(executor)) {
        prepare(job, executor);
      }
    }
  }

  @Override
  public void dead(int executor, String reason) {
    for (ClusterJob job : List.copyOf(jobs.values())) {
      job.awaited.remove(executor);
      job.prepared.remove(executor);
      startIfPrepared(job);
    }
    LOG.warn("executor {} is dead: {}", executor, reason);
    world.coordinator().died(executor);
  }

  /** The coordinator's process cannot go on with a job; any thread. */
  void fail(String jobId, String what, Throwable why) {
    LOG.error("{}: {}", jobId, what, why);
    TaskFailure failure = new TaskFailure("coordinator", -1, -1, new ClusterException(what, why));
    world.coordinator().receive(new ToCoordinator.JobFailed(jobId, failure));
  }

  /** What code of a job has logged on an executor; any thread. */
  void logged(int executor, Preparation.LogLines lines) {
    logged(lines.job(), "executor " + executor, new JobLog.Batch(lines.lines(), lines.dropped()));
  }

  private void logged(String jobId, String where, JobLog.Batch batch) {
    inTurn(
        () -> {
          ClusterJob job = jobs.get(jobId);
          if (job == null) {
            return;
          }
          if (batch.dropped() > 0) {
            job.log.add("[" + where + "] (" + batch.dropped() + " log lines were too many)");
          }
          batch.lines().forEach(line -> job.log.add("[" + where + "] " + line));
          tell(job);
        });
  }

  /** A client wants news; any thread. */
  void watch(Link link, Request.Watch watch) {
    inTurn(
        () -> {
          ClusterJob job = jobs.get(watch.job());
          if (job == null) {
            refuseUnknown(link, watch.id(), watch.job());
            return;
          }
          long until = world.clock().nanos() + Math.max(0, watch.patienceMillis()) * 1_000_000;
          job.watchers.add(new Watcher(link, watch, until));
          tell(job);
          lookLater();
        });
  }

  private static void refuseUnknown(Link link, long id, String job) {
    link.send(new Reply.Refused(id, "the coordinator knows no job " + job));
  }

  /** A client wants a job to end, at once or in good order; any thread. */
  void end(Link link, long id, String jobId, boolean inGoodOrder) {
    inTurn(
        () -> {
          ClusterJob job = jobs.get(jobId);
          if (job == null) {
            refuseUnknown(link, id, jobId);
          } else if (job.phase() == Phase.PREPARING) {
            link.send(new Reply.Refused(id, jobId + " has not begun yet; ask again"));
          } else {
            if (job.phase() == Phase.RUNNING && inGoodOrder) {
              job.handle().drain();
            } else if (job.phase() == Phase.RUNNING) {
              job.handle().cancel();
            }
            link.send(new Reply.Done(id));
          }
        });
  }

  /** A client wants to know all jobs; any thread. */
  void list(Link link, long id) {
    inTurn(
        () ->
            link.send(new Reply.Jobs(id, jobs.values().stream().map(ClusterJob::status).toList())));
  }

  /** A client wants to know the cluster; any thread. */
  void status(Link link, long id, long startedMillis) {
    inTurn(
        () -> {
          int running =
              (int) jobs.values().stream().filter(job -> job.phase() != Phase.ENDED).count();
          link.send(new Reply.Cluster(id, startedMillis, world.members().status(), running));
        });
  }

  private void inTurn(Runnable action) {
    world.members().inTurn(action);
  }

  private void lookLater() {
    boolean needed =
        jobs.values().stream()
            .anyMatch(job -> job.phase() != Phase.ENDED || !job.watchers.isEmpty());
    if (!looking && !closed && needed) {
      looking = true;
      world.timers().after(LOOK_NANOS, () -> inTurn(this::look));
    }
  }

  private void look() {
    looking = false;
    for (ClusterJob job : jobs.values()) {
      JobLog.Batch here = world.loaders().takeLog(job.jobId);
      if (here != null) {
        logged(job.jobId, "coordinator", here);
      }
      job.look();
      tell(job);
    }
    lookLater();
  }

  /** Answers those watchers for whom there is something new, or who have waited long enough. */
  private void tell(ClusterJob job) {
    long now = world.clock().nanos();
    Iterator<Watcher> watchers = job.watchers.iterator();
    while (watchers.hasNext()) {
      Watcher watcher = watchers.next();
      Request.Watch request = watcher.request();
      boolean news =
          job.change() > request.change()
              || job.log.next() > request.logLine()
              || job.phase() == Phase.ENDED;
      if (news || now - watcher.untilNanos() >= 0) {
        watchers.remove();
        answer(job, watcher.link(), request);
      }
    }
  }

  private void answer(ClusterJob job, Link link, Request.Watch request) {
    JobStatus status = job.status();
    long change = job.change();
    long nextLine = job.log.next();
    List<String> lines = new ArrayList<>(job.log.from(request.logLine()));
    JobSummary summary =
        job.phase() == Phase.ENDED || change == request.change() ? null : job.loaded().summary();
    byte[] lastMetrics = job.lastMetrics();
    byte[] failure = job.lastFailure();
    world
        .background()
        .execute(
            () -> {
              byte[] metrics =
                  summary == null ? lastMetrics : JobBytes.writeIfPossible(summary.snapshot());
              link.send(
                  new Reply.News(request.id(), status, change, metrics, failure, nextLine, lines));
            });
  }

  /** Cancels all jobs; the futures of the handles tell when they have ended. Only in turn. */
  List<JobHandle> cancelAll() {
    closed = true;
    List<JobHandle> running = new ArrayList<>();
    for (ClusterJob job : jobs.values()) {
      if (job.phase() == Phase.RUNNING && !job.handle().state().isTerminal()) {
        job.handle().cancel();
        running.add(job.handle());
      }
    }
    return running;
  }
}
