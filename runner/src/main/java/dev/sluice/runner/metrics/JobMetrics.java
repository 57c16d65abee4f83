package dev.sluice.runner.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.api.JobListener;
import dev.sluice.translation.operator.StepMetrics;
import java.util.Map;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.runners.core.metrics.MetricsContainerStepMap;
import org.apache.beam.sdk.metrics.MetricResults;

/**
 * The metrics of one job: what its tasks reported, summed up by the full name of the step, once for
 * all attempts and once for what is committed. May be read by any thread at any time.
 *
 * <p>One lock guards both sums, and the engine tells of an attempt before it tells of its commit,
 * so whoever reads sees no committed metric that was not attempted.
 */
public final class JobMetrics implements JobListener {
  @GuardedBy("this")
  private final MetricsContainerStepMap attempted = new MetricsContainerStepMap();

  @GuardedBy("this")
  private final MetricsContainerStepMap committed = new MetricsContainerStepMap();

  @Override
  public synchronized void attempted(int stage, Object metrics) {
    add(metrics, attempted);
  }

  @Override
  public synchronized void committed(int stage, Object metrics) {
    add(metrics, committed);
  }

  /** The sums so far; what is reported later does not change them. */
  public synchronized MetricResults results() {
    return MetricsContainerStepMap.asMetricResults(attempted, committed);
  }

  private static void add(Object metrics, MetricsContainerStepMap sums) {
    Map<String, MetricsContainerImpl> deltas = ((StepMetrics) metrics).containers();
    deltas.forEach(sums::update);
  }
}
