package dev.sluice.executor.task;

import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.transport.SourceSummary;
import dev.sluice.executor.transport.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks at the idle sources of a job, more and more seldom, and tells what it sees when it matters:
 * something to read, an end, a watermark that has moved. After each batch it tells in any case.
 * Owned by the executor.
 */
final class SourceWatch {
  private static final long FIRST_NANOS = 200_000;
  private static final long LAST_NANOS = 5_000_000;

  /** After so many looks in vain a source counts as idle for long, and is looked at more seldom. */
  private static final int LONG_IDLE_LOOKS = 200;

  private static final long LONG_IDLE_NANOS = 10_000_000;

  private final LookRound round;
  private List<PartitionSlot> splits;
  private final Timers timers;
  private final Runnable wake;
  private final Consumer<Unit> enqueue;
  private final Consumer<SourceSummary> tell;
  private final int stages;

  private boolean watching;
  private boolean draining;
  private SourceSummary told;
  private long pause = FIRST_NANOS;
  private int inVain;
  private Timers.Timer timer;

  /**
   * Looks at nothing yet.
   *
   * @param round the unit that looks
   * @param splits the splits of this executor, by stage
   * @param stages how many stages the job has
   * @param timers calls later
   * @param wake sees to it that {@link #look} is called
   * @param enqueue lets the unit run
   * @param tell takes what is to be told
   */
  SourceWatch(
      LookRound round,
      List<PartitionSlot> splits,
      int stages,
      Timers timers,
      Runnable wake,
      Consumer<Unit> enqueue,
      Consumer<SourceSummary> tell) {
    this.round = round;
    this.splits = splits;
    this.stages = stages;
    this.timers = timers;
    this.wake = wake;
    this.enqueue = enqueue;
    this.tell = tell;
  }

  List<PartitionSlot> splits() {
    return splits;
  }

  /** Has other splits to look at from now on. */
  void watch(List<PartitionSlot> others) {
    splits = others;
    told = null;
  }

  /** Begins with a look at all splits. */
  void begin() {
    watching = !splits.isEmpty();
    if (watching) {
      wake.run();
    }
  }

  /** Looks at those splits that may have changed and that no task is using. */
  void look(long batch) {
    if (!watching || round.busy || !isComplete()) {
      return;
    }
    round.slots().clear();
    for (PartitionSlot slot : splits) {
      if (!slot.busy && isToBeWatched(slot)) {
        slot.busy = true;
        round.slots().add(slot);
      }
    }
    round.urgency(batch);
    enqueue.accept(round);
  }

  /**
   * The look is over, or will not be: its splits may be used again. Returns whether it did not
   * throw.
   */
  boolean release() {
    for (PartitionSlot slot : round.slots()) {
      slot.busy = false;
    }
    return round.failure == null;
  }

  /** The splits that the last look was for. */
  List<PartitionSlot> lookedAt() {
    return round.slots();
  }

  /** Interrupts a look under way. */
  void interrupt() {
    round.interrupt();
  }

  void end() {
    watching = false;
    cancel();
  }

  /** Unbounded sources are not looked at any more. */
  void drain() {
    draining = true;
  }

  /** A batch is open: its tasks look themselves. */
  void pause() {
    cancel();
  }

  /** All source tasks of a batch are done. */
  void batchRead(boolean anything) {
    if (anything) {
      pause = FIRST_NANOS;
      inVain = 0;
    }
    if (isComplete()) {
      told = summary();
      tell.accept(told);
      resume();
    }
  }

  /** A split that has come here can be looked at. */
  void created() {
    if (watching && isComplete()) {
      wake.run();
    }
  }

  /** Whether all splits have their readers: what only some have to tell is not the whole. */
  private boolean isComplete() {
    for (PartitionSlot slot : splits) {
      if (!slot.isCreated()) {
        return false;
      }
    }
    return true;
  }

  /** A look at the idle splits is over. */
  void looked() {
    if (!isComplete()) {
      return; // another split has come meanwhile; when it is there, all are looked at
    }
    SourceSummary seen = summary();
    if (told == null || matters(seen)) {
      told = seen;
      tell.accept(seen);
    }
    inVain++;
    pause = Math.min(pause * 2, inVain < LONG_IDLE_LOOKS ? LAST_NANOS : LONG_IDLE_NANOS);
    resume();
  }

  /**
   * Whether the opener has to know. A watermark that moves is told again and again: one of these
   * looks opens a batch, which is cheaper than a timer of the opener's own.
   */
  private boolean matters(SourceSummary seen) {
    return seen.boundedReady() != told.boundedReady()
        || seen.unboundedReady() != told.unboundedReady()
        || seen.moved()
        || seen.ended().size() != told.ended().size();
  }

  private void resume() {
    cancel();
    if (watching && !told.boundedReady() && !told.unboundedReady() && anyIdle()) {
      timer = timers.after(pause, wake);
    }
  }

  private boolean anyIdle() {
    for (PartitionSlot slot : splits) {
      if (isToBeWatched(slot)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a look at a split may find something new. */
  private boolean isToBeWatched(PartitionSlot slot) {
    return !slot.source().isEnded()
        && !slot.source().isReady()
        && !(draining && slot.source().isUnbounded());
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private SourceSummary summary() {
    boolean boundedReady = false;
    boolean unboundedReady = false;
    long boundedAdvance = 0;
    long unboundedAdvance = 0;
    List<Split> ended = new ArrayList<>();
    long[] seen = new long[stages];
    long[] sealed = new long[stages];
    Arrays.fill(seen, Watermarks.MAX);
    Arrays.fill(sealed, Watermarks.MAX);
    for (PartitionSlot slot : splits) {
      SplitSource source = slot.source();
      if (source.isEnded()) {
        ended.add(source.split());
        continue;
      }
      int stage = slot.stage().id();
      sealed[stage] = Math.min(sealed[stage], source.sealed());
      seen[stage] = Math.min(seen[stage], Math.max(source.sealed(), source.status().watermark()));
      if (source.isReady() && source.isUnbounded()) {
        unboundedReady = true;
        unboundedAdvance += source.status().clockAdvance();
      } else if (source.isReady()) {
        boundedReady = true;
        boundedAdvance += source.status().clockAdvance();
      }
    }
    boolean moved = false;
    for (int stage = 0; stage < stages; stage++) {
      moved |= seen[stage] > sealed[stage] && seen[stage] < Watermarks.MAX;
    }
    return new SourceSummary(
        boundedReady, boundedAdvance, unboundedReady, unboundedAdvance, moved, ended);
  }
}
