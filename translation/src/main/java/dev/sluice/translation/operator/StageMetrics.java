package dev.sluice.translation.operator;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.Closeable;
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
 * for the step that is running. It is put there once per batch ({@link #enterStage}), so to go from
 * the source to a step, or from one step to the next, costs no more than writing down a number. (To
 * exchange the container in the thread for each element costs more than everything else that
 * happens to it: G1 guards each reference that is written into an old object with a memory fence.)
 *
 * <p>One thread at a time. Should user code hand the container to a thread of its own, what that
 * thread counts goes to the step, or the source, that runs at the moment, and is lost when none
 * does.
 */
public final class StageMetrics implements MetricsContainer {
  /** The container is not in the thread. */
  private static final int NOBODY = -1;

  /** A batch is under way, but no step: the source reads, or the engine works. */
  private static final int NO_STEP = -2;

  private final List<Supplier<MetricsContainerImpl>> steps = new ArrayList<>();
  private int running = NOBODY;
  // what was in the thread before the outermost scope was entered
  private MetricsContainer outside;
  // of the source that is reading for the stage; otherwise null
  private MetricsContainer source;

  /**
   * Adds a step.
   *
   * @param metrics gives the step's container of the running batch; asked when something is counted
   */
  public StepScope scope(Supplier<MetricsContainerImpl> metrics) {
    steps.add(metrics);
    return new StepScope(this, steps.size() - 1);
  }

  /** From now on a batch is worked on; returns what {@link #leave} wants. */
  public int enterStage() {
    return enter(NO_STEP);
  }

  /**
   * A source reads in this thread until the scope is closed: what it counts goes to its container.
   * Steps that it feeds meanwhile count for themselves.
   */
  @MustBeClosed
  public static Closeable reading(MetricsContainer source) {
    MetricsContainer current = MetricsEnvironment.setCurrentContainer(source);
    if (!(current instanceof StageMetrics stage)) {
      return () -> MetricsEnvironment.setCurrentContainer(current);
    }
    MetricsEnvironment.setCurrentContainer(stage);
    MetricsContainer before = stage.source;
    stage.source = source;
    return () -> stage.source = before;
  }

  int enter(int step) {
    int outer = running;
    running = step;
    if (outer == NOBODY) {
      install();
    }
    return outer;
  }

  /** Undoes the call that returned {@code outer}. */
  public void leave(int outer) {
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
    if (step >= 0) {
      return steps.get(step).get();
    }
    MetricsContainer reading = source;
    return step == NO_STEP && reading != null ? reading : new MetricsContainerImpl("");
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
