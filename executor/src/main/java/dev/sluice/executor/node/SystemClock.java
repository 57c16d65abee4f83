package dev.sluice.executor.node;

import dev.sluice.executor.common.Clock;

/** The computer's clock. */
public final class SystemClock implements Clock {
  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
