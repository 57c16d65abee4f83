package dev.sluice.executor.cluster;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Daemon threads for what may take long: as many as there is to do, none for nothing. */
final class BackgroundPool implements Executor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundPool.class);

  private final ThreadPoolExecutor executor;

  BackgroundPool(String name) {
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            5,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            runnable -> {
              Thread thread = new Thread(runnable, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Runs it, unless this is closed. */
  @Override
  public void execute(Runnable action) {
    try {
      executor.execute(() -> guarded(action));
    } catch (RejectedExecutionException e) {
      LOG.debug("closed; not done any more", e);
    }
  }

  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      LOG.error("a background task threw", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
