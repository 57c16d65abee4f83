package dev.sluice.executor.net;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one thing after the other, in the order of {@link #execute}, on threads of a pool. So what
 * only its tasks touch needs no lock.
 */
final class SerialExecutor implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

  /** Then another one gets the thread. */
  private static final int IN_A_ROW = 64;

  private final Executor pool;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** How many tasks are to be done; who raises it from 0 sees to it. */
  private final AtomicInteger left = new AtomicInteger();

  SerialExecutor(Executor pool) {
    this.pool = pool;
  }

  /** After the pool has ended nothing is done any more. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (left.getAndIncrement() == 0) {
      schedule();
    }
  }

  private void schedule() {
    try {
      pool.execute(this::run);
    } catch (RejectedExecutionException e) {
      LOG.debug("the process ends: {} tasks are not done", left, e);
    }
  }

  private void run() {
    for (int i = 0; i < IN_A_ROW; i++) {
      try {
        tasks.remove().run();
      } catch (Throwable e) {
        LOG.error("a task of the network failed", e);
      }
      if (left.decrementAndGet() == 0) {
        return;
      }
    }
    schedule();
  }
}
