package dev.sluice.runner.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.api.JobSummary;
import dev.sluice.translation.operator.StepMetrics;
import java.io.Serializable;
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
public final class JobMetrics implements JobSummary {
  @GuardedBy("this")
  private MetricsContainerStepMap attempted = new MetricsContainerStepMap();

  @GuardedBy("this")
  private MetricsContainerStepMap committed = new MetricsContainerStepMap();

  /** The sums at a moment, on their way to another process. */
  private record Sums(MetricsContainerStepMap attempted, MetricsContainerStepMap committed)
      implements Serializable {
    private static final long serialVersionUID = 1;
  }

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

  @Override
  public synchronized Serializable snapshot() {
    return new Sums(copy(attempted), copy(committed));
  }

  private static MetricsContainerStepMap copy(MetricsContainerStepMap sums) {
    MetricsContainerStepMap copy = new MetricsContainerStepMap();
    copy.updateAll(sums);
    return copy;
  }

  /** Takes the sums of another process in place of its own. */
  public synchronized void show(Object snapshot) {
    Sums sums = (Sums) snapshot;
    attempted = sums.attempted();
    committed = sums.committed();
  }

  private static void add(Object metrics, MetricsContainerStepMap sums) {
    Map<String, MetricsContainerImpl> deltas = ((StepMetrics) metrics).containers();
    deltas.forEach(sums::update);
  }
}
