package dev.sluice.runner.metrics;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.core.metrics.NoOpMetricsSink;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricsOptions;
import org.apache.beam.sdk.metrics.MetricsSink;
import org.apache.beam.sdk.util.InstanceBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a job's metrics to the {@link MetricsSink} that the options name, every {@code
 * metricsPushPeriod} and a last time when closed. Attempted and committed values are both given.
 *
 * <p>Beam's own pusher leaves its thread behind and pushes for the last time up to a period after
 * the end; here everything is pushed and stopped when {@link #close} returns.
 */
public final class MetricsPush implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsPush.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final JobMetrics metrics;
  private final MetricsSink sink;
  private final ScheduledExecutorService thread;

  private MetricsPush(JobMetrics metrics, MetricsSink sink) {
    this.metrics = metrics;
    this.sink = sink;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread pusher = new Thread(task, "sluice-metrics-push");
              pusher.setDaemon(true);
              return pusher;
            });
  }

  /**
   * Starts pushing.
   *
   * @return what stops it; does nothing if the options name no sink
   */
  public static AutoCloseable start(JobMetrics metrics, MetricsOptions options) {
    Class<? extends MetricsSink> sinkClass = options.getMetricsSink();
    if (sinkClass == null || sinkClass.equals(NoOpMetricsSink.class)) {
      return () -> {};
    }
    if (options.getMetricsPushPeriod() < 1) {
      throw new IllegalArgumentException(
          "--metricsPushPeriod="
              + options.getMetricsPushPeriod()
              + " is not allowed; it must be a number of seconds, 1 or more");
    }
    MetricsSink sink =
        InstanceBuilder.ofType(MetricsSink.class)
            .fromClass(sinkClass)
            .withArg(MetricsOptions.class, options)
            .build();
    MetricsPush push = new MetricsPush(metrics, sink);
    push.schedule(options.getMetricsPushPeriod());
    return push;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // push() catches what can be thrown
  private void schedule(long seconds) {
    thread.scheduleAtFixedRate(this::push, 0, seconds, TimeUnit.SECONDS);
  }

  private void push() {
    try {
      MetricQueryResults all = metrics.results().allMetrics();
      if (all.getCounters().iterator().hasNext()
          || all.getDistributions().iterator().hasNext()
          || all.getGauges().iterator().hasNext()) {
        sink.writeMetrics(all);
      }
    } catch (Exception e) {
      LOG.warn("Metrics could not be pushed to {}", sink, e);
    }
  }

  /** Pushes what there is and ends the thread. */
  @Override
  public void close() throws InterruptedException {
    thread.execute(this::push);
    thread.shutdown();
    if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("{} has not taken the last metrics within {}; going on", sink, PATIENCE);
      thread.shutdownNow();
    }
  }
}
