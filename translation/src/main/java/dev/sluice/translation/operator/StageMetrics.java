package dev.sluice.translation.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.beam.model.pipeline.v1.MetricsApi.MonitoringInfo;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.metrics.BoundedTrie;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Gauge;
import org.apache.beam.sdk.metrics.Histogram;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.MetricsContainer;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.metrics.StringSet;
import org.apache.beam.sdk.util.HistogramData;

/**
 * The metrics container that all user code of a stage's partition finds in its thread: it counts
 * for the step that is running. So to go from one step to the next costs no more than writing down
 * a number. (To exchange the container in the thread for each element that passes from step to step
 * costs more than everything else that happens to it: G1 guards each reference that is written into
 * an old object with a memory fence.)
 *
 * <p>One thread at a time. Should user code hand the container to a thread of its own, what that
 * thread counts goes to the step that runs at the moment, and is lost when none does.
 */
public final class StageMetrics implements MetricsContainer {
  private static final int NOBODY = -1;

  private final List<Supplier<MetricsContainerImpl>> steps = new ArrayList<>();
  private int running = NOBODY;
  // what was in the thread before the outermost scope was entered
  private MetricsContainer outside;

  /**
   * Adds a step.
   *
   * @param metrics gives the step's container of the running batch; asked when something is counted
   */
  public StepScope scope(Supplier<MetricsContainerImpl> metrics) {
    steps.add(metrics);
    return new StepScope(this, steps.size() - 1);
  }

  int enter(int step) {
    int outer = running;
    running = step;
    if (outer == NOBODY) {
      install();
    }
    return outer;
  }

  void leave(int outer) {
    running = outer;
    if (outer == NOBODY) {
      MetricsEnvironment.setCurrentContainer(outside);
    }
  }

  private void install() {
    MetricsContainer before = MetricsEnvironment.setCurrentContainer(this);
    if (outside != before) { // most often it is the same, and then need not be written
      outside = before;
    }
  }

  private MetricsContainer current() {
    int step = running; // once, if this is another thread
    return step == NOBODY ? new MetricsContainerImpl("") : steps.get(step).get();
  }

  @Override
  public Counter getCounter(MetricName name) {
    return current().getCounter(name);
  }

  @Override
  public Counter getPerWorkerCounter(MetricName name) {
    return current().getPerWorkerCounter(name);
  }

  @Override
  public Distribution getDistribution(MetricName name) {
    return current().getDistribution(name);
  }

  @Override
  public Gauge getGauge(MetricName name) {
    return current().getGauge(name);
  }

  @Override
  public StringSet getStringSet(MetricName name) {
    return current().getStringSet(name);
  }

  @Override
  public BoundedTrie getBoundedTrie(MetricName name) {
    return current().getBoundedTrie(name);
  }

  @Override
  public Histogram getHistogram(MetricName name, HistogramData.BucketType buckets) {
    return current().getHistogram(name, buckets);
  }

  @Override
  public Iterable<MonitoringInfo> getMonitoringInfos() {
    return current().getMonitoringInfos();
  }
}
