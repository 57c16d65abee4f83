package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Workload;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * {@link Workload#SLIDING_60} and {@link Workload#SLIDING_600}: each second is counted once, added
 * to the running counts when it enters the window and subtracted when it leaves.
 */
final class SlidingCount implements WindowProgram<Tally> {
  private final Job job;
  private final long periodMillis;
  private final int length;
  private final Deque<Tally> inWindow = new ArrayDeque<>();
  private final Tally running = new Tally();
  private long next;

  SlidingCount(Job job) {
    this.job = job;
    this.periodMillis = job.workload().windowMillis();
    this.length = (int) (job.workload().slidingMillis() / periodMillis);
  }

  @Override
  public Tally window(long windowBegin, long from, long to) {
    Lines lines = job.stream().lines();
    Tally keys = new Tally();
    for (long index = from; index < to; index++) {
      keys.add(Lines.key(lines.line(index)));
    }
    return keys;
  }

  @Override
  public void finish(long second, Tally keys) {
    slide(second, keys);
    next = second + periodMillis;
  }

  /** The windows that begin before the end of the input and end after it. */
  @Override
  public void end() {
    for (int i = 1; i < length; i++) {
      slide(next, new Tally());
      next += periodMillis;
    }
  }

  private void slide(long second, Tally keys) {
    inWindow.add(keys);
    running.addAll(keys);
    if (inWindow.size() > length) {
      running.removeAll(inWindow.remove());
    }
    long windowBegin = second - (length - 1) * periodMillis;
    running.forEach((key, times) -> job.ledger().add(key, windowBegin, times));
  }
}
