package dev.sluice.integration.pipelines;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.transforms.DoFn;

/**
 * A DoFn whose instances are counted from set-up to tear-down. Tests of this kind run one after the
 * other, so the counts are the JVM's.
 */
public abstract class CountedFn<InputT, OutputT> extends DoFn<InputT, OutputT> {
  private static final long serialVersionUID = 1;
  private static final AtomicInteger ALIVE = new AtomicInteger();
  private static final AtomicInteger MADE = new AtomicInteger();

  static void forget() {
    ALIVE.set(0);
    MADE.set(0);
  }

  /** How many were set up and not torn down. */
  public static int alive() {
    return ALIVE.get();
  }

  /** How many were set up since the test began. */
  public static int made() {
    return MADE.get();
  }

  /** Counts. */
  @Setup
  public void setup() {
    ALIVE.incrementAndGet();
    MADE.incrementAndGet();
  }

  /** Counts. */
  @Teardown
  public void teardown() {
    ALIVE.decrementAndGet();
  }
}
