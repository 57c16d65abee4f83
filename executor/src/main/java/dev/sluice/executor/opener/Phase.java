package dev.sluice.executor.opener;

/**
 * Where a job is on the way to its end.
 *
 * <pre>
 *   READING ──▶ SETTLING ──▶ SEALING
 *       └───────────────────────▲
 * </pre>
 */
enum Phase {
  /** A source may still give something. */
  READING,
  /**
   * All sources have ended: pending processing-time work is finished first, one batch at a time.
   */
  SETTLING,
  /** The sources seal the end of time, and it goes through the stages, one batch at a time. */
  SEALING
}
