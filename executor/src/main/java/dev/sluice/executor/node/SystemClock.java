package dev.sluice.executor.node;

import dev.sluice.executor.common.Clock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The computer's clock. */
public final class SystemClock implements Clock {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean TIMED =
      THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long threadNanos() {
    return TIMED ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
