package dev.sluice.executor.node;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One daemon thread for what may take long; there is none while nothing is to be done. */
public final class BackgroundThread implements Executor, AutoCloseable {
  private final ThreadPoolExecutor executor;

  /** The thread gets this name. */
  public BackgroundThread(String name) {
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            runnable -> {
              Thread thread = new Thread(runnable, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable action) {
    executor.execute(action);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
