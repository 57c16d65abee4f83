package dev.sluice.translation.source;

import com.google.errorprone.annotations.MustBeClosed;
import dev.sluice.translation.operator.StageMetrics;
import dev.sluice.translation.operator.StepMetrics;
import java.io.Closeable;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;

/** The metrics of one reader, handed over as deltas. One thread at a time. */
final class ReadMetrics {
  private final String step;
  private final MetricsContainerImpl untouched;
  private MetricsContainerImpl delta;

  ReadMetrics(String step) {
    this.step = step;
    this.untouched = new MetricsContainerImpl(step);
    this.delta = new MetricsContainerImpl(step);
  }

  /** What user code counts until the scope is closed, in this thread, is counted here. */
  @MustBeClosed
  Closeable scope() {
    return StageMetrics.reading(delta);
  }

  /** Adds what was counted elsewhere. */
  void add(MetricsContainerImpl counted) {
    delta.update(counted);
  }

  /** Returns what was counted since the last call, or null if nothing. */
  StepMetrics take() {
    if (delta.equals(untouched)) {
      return null;
    }
    StepMetrics taken = StepMetrics.of(step, delta);
    delta = new MetricsContainerImpl(step);
    return taken;
  }
}
