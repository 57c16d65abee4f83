package dev.sluice.executor.coordinator;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.Placement;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.CheckpointFacts;
import dev.sluice.executor.transport.Inventory;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.TaskId;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.Transport;
import java.util.ArrayList;
import java.util.List;
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
 *     ▲   └────────┬───────────▲
 *     └── RESTARTING
 * </pre>
 *
 * <p>While it is running, executors that die or join begin another epoch of it (DESIGN section 4):
 * fence, decide, begin. A job without copies begins anew when an executor dies.
 */
final class CoordinatedJob {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatedJob.class);

  /** Where the job is. */
  private enum Life {
    STARTING,
    RUNNING,
    RESTARTING,
    STOPPING,
    ENDED
  }

  private final SubmittedJob handle;
  private final JobListener listener;
  private final Transport transport;

  /** Lets a checkpoint become durable, or be given up, in the background. */
  private final Consumer<CheckpointProgress> settle;

  /** Executors whose answer is awaited: that they have started, or stopped. */
  private final Set<Integer> awaited = new TreeSet<>();

  private JobPlan plan;
  private MetricsLedger metrics;
  private Life life = Life.STARTING;

  /** The change of the assignment that is under way, or null. */
  private Recovery recovery;

  /** The greatest epoch that was ever begun or announced. */
  private long epoch;

  /** Members that were declared dead since the present assignment began. */
  private final Set<Integer> dead = new TreeSet<>();

  /** Partitions that have moved, until everything has its copies again. */
  private final Set<TaskId> unsettled = new TreeSet<>();

  /** Members whose partitions have not got all their copies in this epoch. */
  private final Set<Integer> unrepaired = new TreeSet<>();

  /** Executors that are to take part. */
  private final Set<Integer> joining = new TreeSet<>();

  /** The one of these that is making itself ready, or that has and is being copied to; else -1. */
  private int joiner = Assignment.NOBODY;

  private boolean joinerReady;

  /** Members that have joined and perhaps do not know all views yet. */
  private final Set<Integer> newcomers = new TreeSet<>();

  private boolean drainAsked;
  private JobState outcome;
  private TaskFailure failure;

  /** The checkpoint that is on its way; null if there is none, or it is being settled. */
  private CheckpointProgress checkpoint;

  /** The batch of the checkpoint that is being settled, -1 if there is none. */
  private long settling = -1;

  /** No checkpoint of this batch or an earlier one can become durable, unless it is settling. */
  private long givenUpThrough = -1;

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
    this.listener = listener;
    this.metrics = new MetricsLedger(listener);
    this.epoch = plan.assignment().epoch();
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
      failed(failed);
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
    } else if (message instanceof ToCoordinator.Inventories inventories) {
      inventory(inventories.inventory());
    } else if (message instanceof ToCoordinator.Repaired repaired) {
      repaired(repaired);
    } else if (message instanceof ToCoordinator.CopiesLost lost) {
      if (life == Life.RUNNING && lost.epoch() == plan.assignment().epoch()) {
        rollBack("executor " + lost.executor() + " misses " + lost.what());
      }
    } else if (message instanceof ToCoordinator.JobComplete) {
      stop(drainAsked ? JobState.DRAINED : JobState.DONE);
    }
  }

  private void opened(ToCoordinator.BatchOpened opened) {
    if (opened.epoch() != plan.assignment().epoch()) {
      return;
    }
    JobProgress before = handle.progress();
    handle.progress(
        new JobProgress(
            opened.descriptor().batch(),
            before.committed(),
            before.recordsRead(),
            before.bytesRead(),
            before.minWatermark(),
            opened.descriptor().processingTime()));
    if (opened.descriptor().checkpoint() && takesReportsOf(opened.descriptor().batch())) {
      checkpointOf(opened.descriptor().batch());
    }
  }

  private void committed(ToCoordinator.BatchCommitted committed) {
    if (committed.progress().committed() < handle.progress().committed()) {
      return; // of an opener that has been replaced
    }
    handle.progress(committed.progress());
    metrics.committedUpTo(committed.progress().committed() - 1); // they had nothing to report
    metrics.committed(committed.progress().committed(), committed.metricsReports());
    if (checkpoint != null) {
      checkpoint.committed(committed.progress().committed());
      settleCheckpoint();
    }
  }

  private void snapshotTaken(ToCoordinator.SnapshotTaken taken) {
    if (takesReportsOf(taken.batch())) {
      checkpointOf(taken.batch()).taken(taken);
      settleCheckpoint();
    }
  }

  /** Whether the checkpoint of a batch may still become durable. */
  private boolean takesReportsOf(long batch) {
    return life == Life.RUNNING
        && recovery == null
        && batch > newestCheckpoint
        && batch > givenUpThrough;
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
      settling = settled.batch();
      settle.accept(settled);
    }
  }

  /** A checkpoint is durable, or was given up. */
  void checkpointSettled(CoordinatorEvent.CheckpointSettled settled) {
    settling = -1;
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
    if (life == Life.RUNNING && recovery == null) { // else the next epoch begins with it
      toOpener(
          new ToOpener.CheckpointEnded(plan.jobId(), settled.batch(), settled.error(), covered));
    }
    startAnewIfQuiet();
    endIfQuiet();
  }

  private void started(int executor) {
    if (life == Life.RUNNING && executor == joiner) {
      joinerReady = true;
      goOnJoining();
      return;
    }
    if (life != Life.STARTING) {
      return;
    }
    awaited.remove(executor);
    if (awaited.isEmpty()) {
      life = Life.RUNNING;
      toOpener(ToOpener.BeginOpening.of(plan));
      if (drainAsked) {
        toOpener(new ToOpener.Drain(plan.jobId()));
      }
      if (!dead.isEmpty()) {
        recover();
      }
    }
  }

  // membership

  /** An executor has been declared dead. */
  void died(int executor) {
    joining.remove(executor);
    if (life == Life.STOPPING || life == Life.RESTARTING) {
      stopped(executor);
    }
    boolean takesPart =
        plan.assignment().isMember(executor)
            || (recovery != null && recovery.next().isMember(executor));
    if (executor == joiner) {
      joiner = Assignment.NOBODY;
    }
    if (!takesPart || !dead.add(executor)) {
      return;
    }
    tellPlacement();
    if (life == Life.STARTING) {
      restart();
    } else if (life == Life.RUNNING) {
      recover();
    }
  }

  /** An executor is there that may take part. */
  void joined(int executor) {
    joining.add(executor);
    goOnJoining();
  }

  private void joinNext() {
    joining.removeIf(plan.assignment()::isMember);
    if (plan.assignment().isReplicated() && !joining.isEmpty()) {
      joiner = joining.iterator().next();
      joinerReady = false;
      joining.remove(joiner);
      transport.send(Address.COORDINATOR, new Address(joiner), new ToExecutor.StartJob(plan));
    }
  }

  private void recover() {
    Assignment now = plan.assignment();
    if (!now.isReplicated()) {
      restart();
    } else if (allAreGone()) {
      rollBack("all executors of the job are gone");
    } else if (!now.lostWithout(dead).isEmpty()) {
      rollBack("executors " + dead + " are gone, and with them both copies of some partitions");
    } else {
      LOG.warn("job {}: executors {} are gone; others go on with their partitions", jobId(), dead);
      change(now.without(++epoch, dead));
    }
  }

  private boolean allAreGone() {
    for (int member : plan.assignment().executors()) {
      if (!dead.contains(member)) {
        return false;
      }
    }
    return true;
  }

  String jobId() {
    return plan.jobId();
  }

  /** Ends the epoch, so that another assignment can begin. */
  private void change(Assignment next) {
    Set<Integer> stay = new TreeSet<>();
    for (int member : next.executors()) {
      stay.add(member);
    }
    recovery = new Recovery(next, new TreeSet<>(stay));
    giveCheckpointUp();
    for (int member : stay) {
      transport.send(
          Address.COORDINATOR,
          new Address(member),
          new ToExecutor.Fence(plan.jobId(), next.epoch(), List.copyOf(dead)));
    }
  }

  /** Not all partitions will report to it. */
  private void giveCheckpointUp() {
    if (checkpoint != null) {
      checkpoint.giveUp(new IllegalStateException("the executors of the job have changed"));
      settleCheckpoint();
    }
  }

  private void inventory(Inventory inventory) {
    if (life != Life.RUNNING || recovery == null || !recovery.take(inventory)) {
      return;
    }
    Assignment next = recovery.next();
    RecoveryRules.Verdict verdict =
        RecoveryRules.decide(plan, next, recovery.inventories(), unsettled);
    recovery = null;
    if (verdict instanceof RecoveryRules.Verdict.GoOn goOn) {
      begin(next, goOn);
    } else if (verdict instanceof RecoveryRules.Verdict.RollBack rollBack) {
      rollBack("nobody has " + rollBack.what() + " any more");
    }
  }

  private void begin(Assignment next, RecoveryRules.Verdict.GoOn goOn) {
    for (int member : next.executors()) {
      if (!plan.assignment().isMember(member)) {
        newcomers.add(member);
      }
    }
    newcomers.removeAll(dead);
    int opener = next.isMember(plan.opener()) ? plan.opener() : next.executors()[0];
    plan = plan.with(next, opener);
    dead.clear();
    goOn.moved().forEach(moved -> unsettled.add(moved.task()));
    unrepaired.clear();
    for (int member : next.executors()) {
      unrepaired.add(member);
    }
    long before = plan.firstBatch() - 1;
    CheckpointFacts checkpoints =
        new CheckpointFacts(
            Math.max(before, newestCheckpoint), Math.max(before, covered), settling);
    ToExecutor.BeginEpoch begin =
        new ToExecutor.BeginEpoch(
            plan, goOn.committed(), goOn.open(), goOn.moved(), List.copyOf(newcomers), checkpoints);
    metrics.incompleteUpTo(begin.lastOpen());
    metrics.committedUpTo(goOn.committed());
    givenUpThrough = begin.lastOpen();
    for (int member : next.executors()) {
      transport.send(Address.COORDINATOR, new Address(member), begin);
    }
    toOpener(
        new ToOpener.BeginOpening(
            plan,
            goOn.committed(),
            goOn.open(),
            handle.progress().notBefore(goOn.time()),
            drainAsked,
            checkpoints));
    tellPlacement();
    LOG.info("job {} goes on in {}", plan.jobId(), next);
  }

  private void repaired(ToCoordinator.Repaired message) {
    if (message.epoch() != plan.assignment().epoch() || life != Life.RUNNING) {
      return;
    }
    unrepaired.remove(message.executor());
    if (!unrepaired.isEmpty()) {
      return;
    }
    unsettled.clear();
    newcomers.clear();
    tellPlacement();
    LOG.info("job {}: everything has its copies", plan.jobId());
    goOnJoining();
  }

  /** One step at a time: ready, copied to, handed over to. */
  private void goOnJoining() {
    if (life != Life.RUNNING || recovery != null || !unrepaired.isEmpty() || !dead.isEmpty()) {
      return;
    }
    if (joiner == Assignment.NOBODY) {
      joinNext();
    } else if (plan.assignment().isMember(joiner)) {
      int copied = joiner;
      joiner = Assignment.NOBODY;
      change(plan.assignment().handedOver(++epoch, copied));
    } else if (joinerReady) {
      change(plan.assignment().with(++epoch, joiner));
    }
  }

  private void tellPlacement() {
    List<Integer> executors = new ArrayList<>();
    for (int member : plan.assignment().executors()) {
      if (!dead.contains(member)) {
        executors.add(member);
      }
    }
    boolean lacking = !dead.isEmpty() || !unrepaired.isEmpty() || !plan.assignment().isComplete();
    handle.placement(new Placement(executors, plan.assignment().isReplicated() && lacking));
  }

  /** Whether a copy of everything is where it should be. */
  boolean isRepaired() {
    return unrepaired.isEmpty() && recovery == null && plan.assignment().isComplete();
  }

  /** Whether the assignment is being changed. */
  boolean isChanging() {
    return recovery != null || life == Life.RESTARTING;
  }

  /** Something is gone that is needed: the job cannot go on from where it is. */
  private void rollBack(String why) {
    recovery = null;
    fail(
        new TaskFailure(
            "coordinator",
            -1,
            handle.progress().committed(),
            new IllegalStateException(
                why
                    + "; nothing that a checkpoint covers is lost: restore the job from its last"
                    + " checkpoint, or run it again")));
  }

  /** Begins the job anew with those that are left: it has no copies. */
  private void restart() {
    if (allAreGone() && joining.isEmpty()) {
      rollBack("all executors of the job are gone");
      return;
    }
    boolean restartable =
        plan.graph().settings().clockMode() == ClockMode.JUMPING || life == Life.STARTING;
    if (!restartable) {
      rollBack("executors " + dead + " are gone, and there is no copy of what they had");
      return;
    }
    LOG.warn("job {}: executors {} are gone; the job begins anew", plan.jobId(), dead);
    life = Life.RESTARTING;
    recovery = null;
    giveCheckpointUp();
    toExecutors(new ToOpener.EndOpening(plan.jobId()));
    awaitAll();
    awaited.removeAll(dead);
    toExecutors(new ToExecutor.StopJob(plan.jobId(), true, -1));
    startAnewIfQuiet();
  }

  private void startAnewIfQuiet() {
    if (life == Life.RESTARTING && awaited.isEmpty() && settling < 0) {
      startAnew();
    }
  }

  private void startAnew() {
    Set<Integer> there = new TreeSet<>(joining);
    joining.clear();
    for (int member : plan.assignment().executors()) {
      there.add(member);
    }
    there.removeAll(dead);
    int[] left = there.stream().mapToInt(Integer::intValue).toArray();
    dead.clear();
    joiner = Assignment.NOBODY;
    newcomers.clear();
    newestCheckpoint = -1;
    covered = -1;
    Assignment spread =
        Assignment.spread(
            ++epoch, left, plan.assignment().columns(), plan.assignment().replication());
    plan = plan.anew(spread, left[0]);
    handle.progress(SubmittedJob.before(plan)); // what had been committed is made again, too
    metrics = new MetricsLedger(listener);
    life = Life.STARTING;
    tellPlacement();
    start();
  }

  private void failed(ToCoordinator.JobFailed message) {
    if (life != Life.RESTARTING) {
      fail(message.failure());
    }
  }

  private void fail(TaskFailure cause) {
    if (life.compareTo(Life.STOPPING) < 0) {
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
    recovery = null;
    awaitAll();
    awaited.removeAll(dead);
    toExecutors(new ToOpener.EndOpening(plan.jobId()));
    boolean abort = as == JobState.FAILED || as == JobState.CANCELLED;
    toExecutors(
        new ToExecutor.StopJob(plan.jobId(), abort, abort ? -1 : handle.progress().committed()));
    endIfQuiet(); // perhaps nobody is left
  }

  private void stopped(int executor) {
    awaited.remove(executor);
    startAnewIfQuiet();
    endIfQuiet();
  }

  private void endIfQuiet() {
    if (life == Life.STOPPING && awaited.isEmpty() && settling < 0) {
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
    if (joiner != Assignment.NOBODY) {
      awaited.add(joiner);
    }
  }

  private void toOpener(Message message) {
    transport.send(Address.COORDINATOR, new Address(plan.opener()), message);
  }

  private void toExecutors(Message message) {
    Set<Integer> all = new TreeSet<>();
    for (int executor : plan.assignment().executors()) {
      all.add(executor);
    }
    if (joiner != Assignment.NOBODY) {
      all.add(joiner);
    }
    all.removeAll(dead);
    for (int executor : all) {
      transport.send(Address.COORDINATOR, new Address(executor), message);
    }
  }
}
