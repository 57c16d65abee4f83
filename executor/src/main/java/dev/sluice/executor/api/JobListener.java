package dev.sluice.executor.api;

/**
 * What the client of a job is told. Calls come one at a time, in order; they must return quickly.
 */
public interface JobListener {
  /**
   * An attempt of a task reported metrics ({@link TaskReport#metrics()}); the first of two calls
   * for each report.
   */
  void attempted(int stage, Object metrics);

  /** The batch of an earlier {@link #attempted} report is committed. Once per released task. */
  void committed(int stage, Object metrics);

  /** All tasks of the batches up to this one are released. */
  default void batchCommitted(long batch) {}

  /** A listener that ignores everything. */
  JobListener NONE =
      new JobListener() {
        @Override
        public void attempted(int stage, Object metrics) {}

        @Override
        public void committed(int stage, Object metrics) {}
      };
}
