package dev.sluice.executor.common;

/** Time, injected (DESIGN C9). May be asked by any thread. */
public interface Clock {
  /** Milliseconds since the epoch; may jump either way. */
  long wallMillis();

  /** Nanoseconds since some moment; never falls. */
  long nanos();

  /**
   * Nanoseconds that the calling thread has had a processor, since some moment; never falls. Where
   * that is not known, {@link #nanos}.
   */
  default long threadNanos() {
    return nanos();
  }
}
