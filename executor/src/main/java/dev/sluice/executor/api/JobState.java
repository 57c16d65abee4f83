package dev.sluice.executor.api;

/**
 * The life of a job.
 *
 * <pre>
 *   RUNNING ──▶ DRAINING ──▶ DRAINED
 *      │  │         │
 *      │  └─▶ DONE  ├─▶ FAILED, CANCELLED
 *      └─▶ FAILED, CANCELLED
 * </pre>
 */
public enum JobState {
  /** Batches are being opened. */
  RUNNING(false),
  /** Sources have been stopped; what is under way is finished. */
  DRAINING(false),
  /** All output watermarks have reached the end. */
  DONE(true),
  /** Drained, and all output watermarks have reached the end. */
  DRAINED(true),
  /** Something threw. */
  FAILED(true),
  /** Somebody asked for it. */
  CANCELLED(true);

  private final boolean terminal;

  JobState(boolean terminal) {
    this.terminal = terminal;
  }

  /** Whether nothing of the job runs any more. */
  public boolean isTerminal() {
    return terminal;
  }
}
