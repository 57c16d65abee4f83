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

  private final List<PartitionSlot> splits;
  private final Timers timers;
  private final Runnable look;
  private final Consumer<SourceSummary> tell;
  private final int stages;

  private boolean watching;
  private boolean draining;
  private SourceSummary told;
  private long pause = FIRST_NANOS;
  private Timers.Timer timer;

  /**
   * Looks at nothing yet.
   *
   * @param splits the splits of this executor, by stage
   * @param stages how many stages the job has
   * @param timers calls later
   * @param look asks for a look at idle splits
   * @param tell takes what is to be told
   */
  SourceWatch(
      List<PartitionSlot> splits,
      int stages,
      Timers timers,
      Runnable look,
      Consumer<SourceSummary> tell) {
    this.splits = splits;
    this.stages = stages;
    this.timers = timers;
    this.look = look;
    this.tell = tell;
  }

  boolean isWatching() {
    return watching;
  }

  void begin() {
    watching = !splits.isEmpty();
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
    pause = anything ? FIRST_NANOS : pause;
    told = summary();
    tell.accept(told);
    resume();
  }

  /** A look at the idle splits is over. */
  void looked() {
    SourceSummary seen = summary();
    if (told == null || matters(seen)) {
      told = seen;
      tell.accept(seen);
    } else {
      pause = Math.min(pause * 2, LAST_NANOS);
    }
    resume();
  }

  private boolean matters(SourceSummary seen) {
    return seen.boundedReady() != told.boundedReady()
        || seen.unboundedReady() != told.unboundedReady()
        || (seen.moved() && !told.moved())
        || seen.ended().size() != told.ended().size();
  }

  private void resume() {
    cancel();
    if (watching && !told.boundedReady() && !told.unboundedReady() && anyIdle()) {
      timer = timers.after(pause, look);
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
  boolean isToBeWatched(PartitionSlot slot) {
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
