package dev.sluice.executor.node;

import dev.sluice.executor.common.Timers;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls that come later, on one daemon thread. */
public final class ThreadTimers implements Timers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadTimers.class);

  private final ScheduledThreadPoolExecutor executor;

  /** None yet; the thread gets this name. */
  public ThreadTimers(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            runnable -> {
              Thread thread = new Thread(runnable, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Timer after(long nanos, Runnable action) {
    try {
      Future<?> call = executor.schedule(() -> guarded(action), nanos, TimeUnit.NANOSECONDS);
      return () -> call.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {}; // closed: nothing comes any more
    }
  }

  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      LOG.error("a timer threw", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
