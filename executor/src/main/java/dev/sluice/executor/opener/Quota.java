package dev.sluice.executor.opener;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.JobSettings;

/**
 * How many records a split may read in one batch. Under load it moves towards batches that take 10
 * to 50 ms, so that their fixed cost is small; the bound of the settings always holds. Owned by its
 * opener.
 */
final class Quota {
  private static final long FIRST = 1_000;
  private static final long LEAST = 100;
  private static final long SHORT_NANOS = 10_000_000;
  private static final long LONG_NANOS = 50_000_000;

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
   * @param more whether there is more to read
   */
  void committed(long nanos, boolean more) {
    if (nanos > LONG_NANOS) {
      quota = Math.max(Math.min(LEAST, max), quota / 2);
    } else if (more && nanos < SHORT_NANOS) {
      quota = Math.min(max, quota * 2);
    }
  }
}
