package dev.sluice.executor.api;

/** Where the processing time of batches comes from. */
public enum ClockMode {
  /**
   * From the executor's clock. Pending wake-ups are waited for in real time, also while settling.
   */
  REAL,
  /**
   * Begins at the executor's clock and follows it; while settling it jumps to the next wake-up. For
   * bounded jobs.
   */
  JUMPING,
  /**
   * Begins at the executor's clock and then moves only as scripted sources say ({@link
   * SourceStatus#clockAdvance()}); each event is one batch that is carried to quiescence before the
   * next is read. After the last event it jumps as while settling.
   */
  SCRIPTED
}
