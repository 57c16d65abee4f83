package dev.sluice.executor.opener;

import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.opener.Decision.Await;
import dev.sluice.executor.opener.Decision.Finish;
import dev.sluice.executor.opener.Decision.GiveUp;
import dev.sluice.executor.opener.Decision.NotCovered;
import dev.sluice.executor.opener.Decision.Open;
import dev.sluice.executor.opener.Decision.Wait;

/**
 * When a batch opens and when a job ends, as a pure function (DESIGN C4).
 *
 * @param clockMode where processing time comes from
 * @param depth how many batches may be in flight
 * @param unbounded whether the job has an unbounded source
 * @param bounded whether the job has a bounded source
 * @param maxRounds how many batches in a row may be opened for wake-ups alone
 */
record OpeningRules(
    ClockMode clockMode, int depth, boolean unbounded, boolean bounded, int maxRounds) {
  /** How often a watermark that moves alone opens a batch. */
  static final long WATERMARK_NANOS = 50_000_000;

  /** Before so much more has passed the next look at the sources will have come. */
  static final long LOOK_NANOS = 15_000_000;

  /** The longest wait on the clock, which may jump. */
  private static final long MAX_WAIT_MILLIS = 10_000;

  /**
   * After so many vain attempts to end a job that does not hold anything back, something is wrong.
   */
  private static final int MAX_FRUITLESS = 2;

  /** The same while something says that it holds back, or renews itself. */
  private static final int MAX_FRUITLESS_WITHHELD = 100;

  /** How often the last checkpoint is tried. */
  static final int MAX_LAST_CHECKPOINTS = 3;

  private static final Await AWAIT = new Await();

  Decision decide(Situation s) {
    Decision decision = decideWithoutCheckpoints(s);
    if (decision instanceof Open open) {
      return isDue(s) ? open.marked() : open;
    }
    if (decision instanceof Finish) {
      return finish(s);
    }
    if (s.inFlight() == 0 && s.sourcesKnown() && isDue(s)) {
      return checkpoint(s);
    }
    return clockMode == ClockMode.JUMPING
        ? decision
        : waitAtMost(decision, s.checkpoint().nanosToWait());
  }

  /**
   * Whether the next batch is to be marked because it is time. A bounded job is marked at its end
   * only: until then it holds its whole input in groups that may be larger than memory and are not
   * written again into a snapshot.
   */
  private boolean isDue(Situation s) {
    return clockMode != ClockMode.JUMPING && s.checkpoint().isDue();
  }

  /** The last batch is marked: its checkpoint covers everything. */
  private Decision finish(Situation s) {
    Situation.Checkpoint last = s.checkpoint();
    if (!last.enabled()) {
      return new Finish();
    }
    if (last.underWay()) {
      return AWAIT;
    }
    if (last.current() && last.failures() == 0) {
      return new Finish();
    }
    boolean vain = last.current() && last.failures() >= MAX_LAST_CHECKPOINTS;
    return vain ? new NotCovered() : checkpoint(s);
  }

  /** A batch that is opened for a checkpoint alone. */
  private Open checkpoint(Situation s) {
    return new Open(
        s.phase() == Phase.READING ? BatchKind.DATA : BatchKind.SETTLE,
        now(s),
        s.phase() == Phase.SEALING,
        false,
        false,
        false,
        true,
        true,
        s.phase());
  }

  private static Decision waitAtMost(Decision decision, long nanos) {
    boolean waits = decision instanceof Await || decision instanceof Wait;
    if (nanos == Long.MAX_VALUE || !waits) {
      return decision;
    }
    long before = decision instanceof Wait wait ? wait.nanos() : Long.MAX_VALUE;
    return new Wait(Math.max(1, Math.min(before, nanos)));
  }

  private Decision decideWithoutCheckpoints(Situation s) {
    if (s.resumed()) {
      // nobody knows of wake-ups before each partition has had a batch
      return new Open(
          BatchKind.DATA, now(s), false, false, false, false, true, false, Phase.READING);
    }
    return switch (s.phase()) {
      case READING -> {
        if (s.sources().allEnded() && (s.sourcesKnown() || s.draining())) {
          yield s.inFlight() > 0 ? AWAIT : settle(s);
        }
        yield clockMode == ClockMode.SCRIPTED ? readScript(s) : read(s);
      }
      case SETTLING -> s.inFlight() > 0 ? AWAIT : settle(s);
      case SEALING -> s.inFlight() > 0 ? AWAIT : seal(s);
    };
  }

  /** Whether an ended source seals the end while others go on. */
  private boolean sealsEarly() {
    return unbounded || clockMode == ClockMode.SCRIPTED;
  }

  private Decision read(Situation s) {
    if (s.inFlight() >= depth || !s.sourcesKnown()) {
      return AWAIT;
    }
    Situation.Sources sources = s.sources();
    boolean seal = sealsEarly() && sources.unsealed();
    long now = Math.max(s.lastTime(), s.wallTime());
    boolean wakeUp = s.nextWakeUp() <= now && (s.inFlight() == 0 || s.nextWakeUp() > s.lastTime());
    boolean moved = sources.moved() && s.nanosSinceOpened() >= WATERMARK_NANOS;
    if (sources.boundedReady() || sources.unboundedReady() || seal || wakeUp || moved) {
      return new Open(
          BatchKind.DATA, now, sealsEarly(), false, true, true, false, false, Phase.READING);
    }
    long wait =
        sources.moved() ? WATERMARK_NANOS + LOOK_NANOS - s.nanosSinceOpened() : Long.MAX_VALUE;
    if (s.nextWakeUp() != TaskReport.NO_WAKE_UP && s.nextWakeUp() > now) {
      wait = Math.min(wait, nanosUntil(s.nextWakeUp(), now));
    }
    return wait == Long.MAX_VALUE ? AWAIT : new Wait(wait);
  }

  /** One event at a time, each carried to quiescence; the clock moves only as the events say. */
  private Decision readScript(Situation s) {
    if (s.inFlight() > 0 || !s.sourcesKnown()) {
      return AWAIT;
    }
    Situation.Sources sources = s.sources();
    if (sources.unsealed()) {
      return scripted(s.lastTime(), true, false, false, false);
    }
    if (s.nextWakeUp() <= s.lastTime() && s.rounds() < maxRounds) {
      return scripted(s.lastTime(), false, false, false, true);
    }
    if (unbounded && bounded && !sources.boundedEnded()) {
      // the bounded sources come first, whole, as if they had been there before the script began
      return sources.boundedReady()
          ? scripted(s.lastTime() + sources.boundedAdvance(), false, true, false, false)
          : AWAIT;
    }
    if (sources.boundedReady() || sources.unboundedReady()) {
      long time = s.lastTime() + sources.boundedAdvance() + sources.unboundedAdvance();
      return scripted(time, false, true, true, false);
    }
    return AWAIT;
  }

  private static Open scripted(
      long time, boolean seal, boolean bounded, boolean unbounded, boolean forWakeUp) {
    return new Open(
        BatchKind.DATA, time, seal, false, bounded, unbounded, forWakeUp, false, Phase.READING);
  }

  private Decision settle(Situation s) {
    if (s.nextWakeUp() != TaskReport.NO_WAKE_UP && s.rounds() < maxRounds) {
      return wakeUp(s, s.nextWakeUp(), Phase.SETTLING);
    }
    return end(s);
  }

  private Decision seal(Situation s) {
    if (s.allAtMax()) {
      boolean workInSinks = s.sinkWakeUp() != TaskReport.NO_WAKE_UP;
      return workInSinks && s.rounds() < maxRounds
          ? wakeUp(s, s.sinkWakeUp(), Phase.SEALING)
          : new Finish();
    }
    boolean pending = s.nextWakeUp() != TaskReport.NO_WAKE_UP;
    if (pending && s.rounds() < maxRounds) {
      return wakeUp(s, s.nextWakeUp(), Phase.SEALING);
    }
    boolean held = pending || s.withheld();
    if (s.fruitless() >= (held ? MAX_FRUITLESS_WITHHELD : MAX_FRUITLESS)) {
      return new GiveUp();
    }
    return end(s);
  }

  /** A batch in which the end of time goes on through the stages. */
  private Decision end(Situation s) {
    return new Open(BatchKind.DATA, now(s), true, true, false, false, false, false, Phase.SEALING);
  }

  /** A batch for a wake-up, when its time has come. */
  private Decision wakeUp(Situation s, long due, Phase phase) {
    boolean jumps = clockMode != ClockMode.REAL || s.draining();
    long now = jumps ? Math.max(now(s), due) : now(s);
    boolean seal = phase == Phase.SEALING;
    return due <= now
        ? new Open(BatchKind.SETTLE, now, seal, false, false, false, true, false, phase)
        : new Wait(nanosUntil(due, now));
  }

  private long now(Situation s) {
    return clockMode == ClockMode.SCRIPTED ? s.lastTime() : Math.max(s.lastTime(), s.wallTime());
  }

  private static long nanosUntil(long time, long now) {
    long millis = time - now;
    return Math.min(millis < 0 ? MAX_WAIT_MILLIS : millis, MAX_WAIT_MILLIS) * 1_000_000;
  }
}
