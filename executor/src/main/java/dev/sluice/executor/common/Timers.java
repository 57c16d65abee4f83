package dev.sluice.executor.common;

/** Calls that come later, injected (DESIGN C9). May be used by any thread. */
public interface Timers {
  /** A call that is still to come. */
  interface Timer {
    /** Takes the call back, if it is not too late: a call under way goes on. */
    void cancel();
  }

  /**
   * Calls {@code action} once after {@code nanos}, or somewhat later. The action must be short and
   * must not throw.
   */
  Timer after(long nanos, Runnable action);
}
