package dev.sluice.executor.opener;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.JobSettings;

/**
 * How many records a split may read in one batch. While more is waiting than a batch takes, it
 * moves towards batches whose longest task has 25 to 50 ms of work: then their fixed cost is small,
 * and keys come often enough in a batch for combining before the shuffle to pay. Work is time of a
 * processor; on a busy machine a batch takes longer than its work, and would only become dearer by
 * being small. But no batch is to take very long, whatever it waits for. The bound of the settings
 * always holds. Owned by its opener.
 */
final class Quota {
  private static final long FIRST = 1_000;
  private static final long LEAST = 100;

  /** Batches with less work than this may grow, with more they may shrink. */
  private static final long WORK_NANOS = 25_000_000;

  /** Batches that take less than this may grow, and do not shrink. */
  private static final long SHORT_NANOS = 400_000_000;

  /** Batches that take longer than this shrink, whatever their work is. */
  private static final long LONG_NANOS = 1_000_000_000;

  /** A bounded source beside unbounded ones has so much more. */
  private static final long BOUNDED_FACTOR = 16;

  private final long max;
  private final boolean scripted;
  private final boolean unboundedJob;
  private final boolean limited;
  private long quota;

  Quota(JobSettings settings, boolean unboundedJob) {
    this.max = settings.maxRecordsPerBatch();
    this.scripted = settings.clockMode() == ClockMode.SCRIPTED;
    this.unboundedJob = unboundedJob;
    this.limited = max < JobSettings.defaults().maxRecordsPerBatch();
    this.quota = Math.min(FIRST, max);
  }

  /** For a split of an unbounded source. */
  long unbounded() {
    return scripted ? max : quota;
  }

  /** For a split of a bounded source. */
  long bounded() {
    if (limited) {
      return unboundedJob ? Math.min(max, quota * BOUNDED_FACTOR) : max;
    }
    return unboundedJob && !scripted ? Math.min(max, quota * BOUNDED_FACTOR) : Long.MAX_VALUE;
  }

  /**
   * A batch has been committed.
   *
   * @param nanos how long it took
   * @param workNanos how much time of a processor its longest task took
   * @param more whether there is more to read
   */
  void committed(long nanos, long workNanos, boolean more) {
    boolean small = workNanos < WORK_NANOS;
    if (nanos > LONG_NANOS || (nanos > SHORT_NANOS && !small)) {
      quota = Math.max(Math.min(LEAST, max), quota / 2);
    } else if (more && small && nanos < SHORT_NANOS) {
      quota = Math.min(max, quota * 2);
    }
  }
}
