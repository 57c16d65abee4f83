package dev.sluice.runner.submit;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Failed jobs of this JVM that nobody has asked about. A program whose {@code main} has ended
 * without waiting for its pipelines would report success to whoever started it; where one of them
 * failed, it ends with code 1 in place of 0, as if {@code main} had thrown the failure.
 *
 * <p>Only a JVM that would end at this moment anyway is ended: one in which no other thread is left
 * but daemons. All methods may be called by any thread.
 */
final class UnnoticedFailures {
  static final String WATCH_PREFIX = "sluice-watch-";

  /** What is left of the main thread when it has nothing more to do. */
  private static final String ENDED_MAIN = "DestroyJavaVM";

  private static final Object LOCK = new Object();

  @GuardedBy("LOCK")
  private static int watched;

  @GuardedBy("LOCK")
  private static int unnoticed;

  private UnnoticedFailures() {}

  /** A thread begins to watch a job. */
  static void watchBegins() {
    synchronized (LOCK) {
      watched++;
    }
  }

  /** A job has failed, and nobody waits for it. */
  static void failed() {
    synchronized (LOCK) {
      unnoticed++;
    }
  }

  /** Somebody has learnt of such a failure. */
  static void noticed() {
    synchronized (LOCK) {
      unnoticed--;
    }
  }

  /** The watching thread has nothing more to do. May end the JVM. */
  static void watchEnds() {
    boolean ends;
    synchronized (LOCK) {
      watched--;
      ends = watched == 0 && unnoticed > 0 && onlyWatchesAreLeft();
    }
    if (ends) {
      System.exit(1);
    }
  }

  private static boolean onlyWatchesAreLeft() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      boolean counts = thread.isAlive() && !thread.isDaemon();
      String name = thread.getName();
      if (counts && !name.equals(ENDED_MAIN) && !name.startsWith(WATCH_PREFIX)) {
        return false;
      }
    }
    return true;
  }
}
