package dev.sluice.translation.operator.splittable;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The thread that asks running splittable DoFns of one step for a checkpoint when their time is
 * over. It is started when it is first needed, and has the class loader of whoever needs it.
 */
final class CheckpointTimer implements AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;

  CheckpointTimer(String stepName) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "sluice-checkpoint-timer-" + stepName);
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
  }

  ScheduledExecutorService executor() {
    return executor;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
