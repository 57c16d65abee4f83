package dev.sluice.executor.task;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.common.Work;

/**
 * Something that runs user code in a thread of the pool, with the job's class loader. Owned by its
 * executor while it rests, by the thread that runs it meanwhile; the run queue and the mailbox hand
 * it over. One unit runs at most once at a time and is used again and again.
 */
abstract class Unit implements Work {
  final LocalJob job;

  /**
   * Urgency within the job: oldest batch first, then deeper stage first. Set before the unit is
   * queued.
   */
  private long batch;

  private final int depth;

  /** Whether the unit is in the run queue or runs; belongs to the executor. */
  boolean busy;

  /** What the last run threw, or null. */
  Throwable failure;

  /** How long the last run took. */
  long nanos;

  /** How long it had a processor meanwhile. */
  long threadNanos;

  private final ExecutorEvent.UnitDone done = new ExecutorEvent.UnitDone(this);

  @GuardedBy("this")
  private Thread thread;

  Unit(LocalJob job, int depth) {
    this.job = job;
    this.depth = depth;
  }

  /** Does the work; whatever it throws becomes {@link #failure}. */
  abstract void work() throws Throwable;

  /** The batch that the unit works for; queues compare it. */
  final long batch() {
    return batch;
  }

  final int depth() {
    return depth;
  }

  final void urgency(long ofBatch) {
    batch = ofBatch;
  }

  @Override
  public boolean isLight() {
    return false;
  }

  @Override
  public final void run() {
    Thread current = Thread.currentThread();
    synchronized (this) {
      thread = current;
    }
    ClassLoader before = current.getContextClassLoader();
    if (before != job.loader()) {
      current.setContextClassLoader(job.loader());
    }
    long start = job.nanoTime();
    long startOfThread = job.threadNanos();
    failure = null;
    try {
      work();
    } catch (Throwable e) {
      failure = e;
    }
    nanos = job.nanoTime() - start;
    threadNanos = job.threadNanos() - startOfThread;
    synchronized (this) {
      thread = null;
    }
    Thread.interrupted(); // whoever interrupted this unit did not mean the next
    if (before != job.loader()) {
      current.setContextClassLoader(before);
    }
    job.post(done);
  }

  /** Interrupts the thread that runs this, if any; any thread. */
  final void interrupt() {
    synchronized (this) {
      if (thread != null) {
        thread.interrupt();
      }
    }
  }
}
