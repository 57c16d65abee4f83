package dev.sluice.executor.common;

/** Where a {@link TaskPool} takes its work from. May be used by any thread. */
public interface WorkSource {
  /**
   * Takes the most urgent piece of work, or returns null if there is none. Whoever takes it runs
   * it.
   */
  Work take();

  /**
   * How many pieces of work wait to be taken. A volatile read: work that is added before {@link
   * TaskPool#offered} is called is either seen here by a thread that has just announced its rest,
   * or its rest is seen by {@code offered}.
   */
  int waiting();
}
