package dev.sluice.executor.common;

/** A piece of work for a {@link TaskPool}: user code may run in it, and it may take long. */
public interface Work {
  /** Does the work. Never throws. */
  void run();

  /** Whether it is expected to cost about nothing. */
  boolean isLight();
}
