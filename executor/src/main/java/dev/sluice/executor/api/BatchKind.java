package dev.sluice.executor.api;

/** What a micro-batch is for (DESIGN C4). */
public enum BatchKind {
  /** Reads sources, and moves watermarks. */
  DATA,
  /**
   * Reads nothing: all sources have ended, and pending processing-time work (timers, residuals) is
   * finished before the watermark may reach {@link Watermarks#MAX}.
   */
  SETTLE
}
