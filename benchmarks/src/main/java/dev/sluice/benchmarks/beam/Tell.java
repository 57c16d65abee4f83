package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Ledger;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;

/**
 * The end of a pipeline: results go into the job's {@link Ledger}.
 *
 * @param <T> a result
 */
abstract class Tell<T> extends DoFn<T, Void> {
  private static final long serialVersionUID = 1;

  private final String name;
  private transient Ledger ledger;

  Tell(String name) {
    this.name = name;
  }

  /** Finds the ledger. */
  @Setup
  public void setUp() {
    ledger = Ledger.of(name);
  }

  final Ledger ledger() {
    return ledger;
  }

  static long begin(BoundedWindow window) {
    return ((IntervalWindow) window).start().getMillis();
  }

  static long end(BoundedWindow window) {
    return ((IntervalWindow) window).end().getMillis();
  }
}
