package dev.sluice.executor.opener;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.Mailbox;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.ToOpener.BatchReleased;
import dev.sluice.executor.transport.ToOpener.BeginOpening;
import dev.sluice.executor.transport.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the batches of one job: a state machine that learns from reports, asks {@link OpeningRules}
 * what to do, and does it. One thread at a time owns it; everything comes through its mailbox.
 */
final class Opener {
  private static final Logger LOG = LoggerFactory.getLogger(Opener.class);

  /** What happens to an opener besides messages. */
  private sealed interface Event {
    /** A message came. */
    record Received(ToOpener message) implements Event {}

    /**
     * A moment that was waited for has come.
     *
     * @param number which timer it was; perhaps another has been set since
     */
    record Tick(int number) implements Event {}

    /** The coordinator may be told again how far the job is. */
    record Due() implements Event {}
  }

  /** A timer this close to another is not set anew. */
  private static final long SAME_NANOS = 500_000;

  private static final long FAR_NANOS = 1_000_000_000;

  /** So often the coordinator is told how far the job is, unless there is more to say. */
  private static final long REPORT_NANOS = 100_000_000;

  private final JobPlan plan;
  private final Clock clock;
  private final Timers timers;
  private final Transport transport;
  private final Mailbox<Event> mailbox;
  private final OpeningRules rules;
  private final Quota quota;
  private final JobLedger ledger;
  private boolean ended;
  private Timers.Timer timer;
  private long timerNanos;
  private int timerNumber;

  /** When the coordinator was told last how far the job is. */
  private long toldNanos;

  /** Until it may be told again; null if it has been told of all that is committed. */
  private Timers.Timer due;

  Opener(BeginOpening begin, Clock clock, Timers timers, Transport transport, Mailboxes mailboxes) {
    this.plan = begin.plan();
    this.clock = clock;
    this.timers = timers;
    this.transport = transport;
    this.mailbox = mailboxes.create("opener of " + plan.jobId(), this::handle);
    boolean unbounded = hasSource(plan, true);
    this.rules =
        new OpeningRules(
            plan.graph().settings().clockMode(),
            plan.graph().settings().pipelineDepth(),
            unbounded,
            hasSource(plan, false),
            plan.graph().settings().maxSettleRounds());
    this.quota = new Quota(plan.graph().settings(), unbounded);
    this.ledger = new JobLedger(begin, clock.wallMillis(), clock.nanos());
    this.toldNanos = clock.nanos() - REPORT_NANOS;
  }

  private static boolean hasSource(JobPlan plan, boolean unbounded) {
    for (StageSpec stage : plan.graph().stages()) {
      if (stage.source() != null && stage.source().unbounded() == unbounded) {
        return true;
      }
    }
    return false;
  }

  /** The epoch whose batches it opens. */
  long epoch() {
    return plan.assignment().epoch();
  }

  /** Takes a message; any thread. */
  void receive(ToOpener message) {
    mailbox.post(new Event.Received(message));
  }

  private void handle(Event event) {
    if (ended) {
      return;
    }
    try {
      if (event instanceof Event.Received received) {
        received(received.message());
      } else if (event instanceof Event.Tick tick && tick.number() == timerNumber) {
        timer = null;
      } else if (event instanceof Event.Due && due != null) {
        tellProgress(0);
      }
      act();
    } catch (RuntimeException | Error e) {
      LOG.error("the opener of {} cannot go on after {}", plan.jobId(), event, e);
      fail(new TaskFailure("opener", -1, ledger.lastOpened(), e));
    }
  }

  private void received(ToOpener message) {
    if (!(message instanceof ToOpener.InEpoch inEpoch)) {
      learn(message);
    } else if (inEpoch.epoch() == plan.assignment().epoch()) {
      learn(inEpoch.message());
    }
  }

  private void learn(ToOpener message) {
    if (message instanceof ToOpener.SourcesSeen seen) {
      ledger.sourcesSeen(seen);
    } else if (message instanceof BatchReleased released) {
      released(released);
    } else if (message instanceof ToOpener.Drain) {
      ledger.drain();
    } else if (message instanceof ToOpener.CheckpointEnded checkpoint) {
      checkpointEnded(checkpoint);
    } else if (message instanceof ToOpener.EndOpening) {
      end();
    } else {
      toExecutors(new ToExecutor.WatchSources(plan.jobId()));
    }
  }

  private void released(BatchReleased report) {
    JobLedger.OpenBatchEntry committed = ledger.released(report);
    if (committed == null) {
      return;
    }
    quota.committed(
        clock.nanos() - committed.openedNanos,
        committed.workNanos,
        situation().sources().unboundedReady());
    long waits = toldNanos + REPORT_NANOS - clock.nanos();
    if (waits <= 0 || committed.metricsReports > 0 || ledger.awaitsCheckpointOf(committed.batch)) {
      tellProgress(committed.metricsReports);
    } else if (due == null) {
      due = timers.after(waits, () -> mailbox.post(new Event.Due()));
    }
    if (committed.wantsAcknowledge || plan.assignment().isReplicated()) {
      toExecutors(new ToExecutor.BatchesCommitted(plan.jobId(), committed.batch));
    }
  }

  private void tellProgress(int metricsReports) {
    cancelReport();
    toldNanos = clock.nanos();
    toCoordinator(
        new ToCoordinator.BatchCommitted(plan.jobId(), ledger.progress(), metricsReports));
  }

  private void cancelReport() {
    if (due != null) {
      due.cancel();
      due = null;
    }
  }

  private void checkpointEnded(ToOpener.CheckpointEnded checkpoint) {
    if (!ledger.checkpointEnded(checkpoint)) {
      return;
    }
    boolean committed = checkpoint.error() == null;
    toExecutors(
        new ToExecutor.CheckpointEnded(
            plan.jobId(), checkpoint.batch(), committed, checkpoint.covered()));
  }

  private Situation situation() {
    return ledger.situation(clock.wallMillis(), clock.nanos());
  }

  private void act() {
    while (!ended) {
      Decision decision = rules.decide(situation());
      if (decision instanceof Decision.Open open) {
        open(open);
      } else {
        rest(decision);
        return;
      }
    }
  }

  private void rest(Decision decision) {
    if (decision instanceof Decision.Wait wait) {
      tickAfter(wait.nanos());
      return;
    }
    cancelTimer();
    if (decision instanceof Decision.Finish) {
      if (due != null) {
        tellProgress(0);
      }
      end();
      toCoordinator(new ToCoordinator.JobComplete(plan.jobId()));
    } else if (decision instanceof Decision.NotCovered) {
      fail(new TaskFailure("checkpoint", -1, ledger.lastOpened(), ledger.checkpointError()));
    } else if (decision instanceof Decision.GiveUp) {
      fail(stuck());
    }
  }

  private void open(Decision.Open open) {
    JobLedger.OpenBatchEntry last = ledger.lastCommitted();
    if (open.release() && last.nextWakeUp != TaskReport.NO_WAKE_UP) {
      LOG.info(
          "job {}: {} rounds of settling have not finished the work pending for {}; the job goes on to its end",
          plan.jobId(),
          rules.maxRounds(),
          last.nextWakeUp);
    }
    ledger.opened(open, clock.nanos());
    long bounded = open.readBounded() ? quota.bounded() : 0;
    long unbounded = open.readUnbounded() ? quota.unbounded() : 0;
    BatchDescriptor descriptor =
        new BatchDescriptor(
            plan.jobId(),
            plan.run(),
            ledger.lastOpened(),
            open.kind(),
            open.time(),
            0,
            open.checkpoint(),
            open.seal(),
            open.release(),
            ledger.draining(),
            rules.unbounded() ? unbounded : bounded);
    if (descriptor.checkpoint()) {
      toCoordinator(new ToCoordinator.BatchOpened(epoch(), descriptor));
    }
    toExecutors(new ToExecutor.OpenBatch(descriptor, bounded, ledger.ended()));
  }

  private TaskFailure stuck() {
    int stage = ledger.lastCommitted().laggingStage;
    String name = stage < 0 ? "opener" : plan.graph().stages().get(stage).name();
    return new TaskFailure(
        name,
        -1,
        ledger.lastOpened(),
        new IllegalStateException(
            "All sources have ended and nothing is pending, but the output watermark of stage "
                + name
                + " does not reach the end of time; the job would never end"));
  }

  private void fail(TaskFailure failure) {
    end();
    toCoordinator(new ToCoordinator.JobFailed(plan.jobId(), failure));
  }

  private void end() {
    ended = true;
    cancelTimer();
    cancelReport();
  }

  private void tickAfter(long nanos) {
    long at = clock.nanos() + nanos;
    if (timer != null && isGoodEnough(timerNanos - at, nanos)) {
      return;
    }
    cancelTimer();
    timerNanos = at;
    int number = ++timerNumber;
    timer = timers.after(nanos, () -> mailbox.post(new Event.Tick(number)));
  }

  /** An early tick does no harm; it only must not come often. */
  private static boolean isGoodEnough(long difference, long nanos) {
    return Math.abs(difference) < SAME_NANOS || (difference < 0 && nanos > FAR_NANOS);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void toCoordinator(Message message) {
    transport.send(new Address(plan.opener()), Address.COORDINATOR, message);
  }

  private void toExecutors(ToExecutor message) {
    ToExecutor inEpoch = new ToExecutor.InEpoch(plan.assignment().epoch(), plan.opener(), message);
    for (int executor : plan.assignment().executors()) {
      transport.send(new Address(plan.opener()), new Address(executor), inEpoch);
    }
  }
}
