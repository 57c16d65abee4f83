package dev.sluice.runner.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.translation.operator.StepMetrics;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricsOptions;
import org.apache.beam.sdk.metrics.MetricsSink;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MetricsPushTest {
  private final JobMetrics metrics = new JobMetrics();
  private final MetricsOptions options = PipelineOptionsFactory.as(MetricsOptions.class);

  @BeforeEach
  void forgetOtherTests() {
    Sink.PUSHED.clear();
    options.setMetricsSink(Sink.class);
  }

  @Test
  void whatThereIsIsPushedAtOnceAndAtTheEnd() throws Exception {
    count(1);
    AutoCloseable push = MetricsPush.start(metrics, options);
    assertThat(Sink.PUSHED.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
    count(1);
    push.close();
    assertThat(Sink.PUSHED.poll()).isEqualTo(2);
  }

  @Test
  void nothingIsLeftRunning() throws Exception {
    MetricsPush.start(metrics, options).close();
    while (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("sluice-metrics-push"))) {
      Thread.onSpinWait(); // it has been waited for, but may be in the list for a moment
    }
  }

  @Test
  void withoutASinkThereIsNoThread() throws Exception {
    options.setMetricsSink(null);
    count(1);
    for (MetricsOptions none :
        new MetricsOptions[] {options, PipelineOptionsFactory.as(MetricsOptions.class)}) {
      AutoCloseable push = MetricsPush.start(metrics, none);
      assertThat(push).isNotInstanceOf(MetricsPush.class);
      push.close();
    }
    assertThat(Sink.PUSHED).isEmpty();
  }

  @Test
  void aPeriodOfNothingIsRefused() {
    options.setMetricsPushPeriod(0L);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricsPush.start(metrics, options))
        .withMessageContaining("--metricsPushPeriod=0 is not allowed");
  }

  private void count(long more) {
    MetricsContainerImpl container = new MetricsContainerImpl("Step");
    container.getCounter(MetricName.named("test", "count")).inc(more);
    metrics.attempted(0, StepMetrics.of("Step", container));
  }

  /** Remembers the one counter. Public with this constructor since Beam makes it by reflection. */
  public static final class Sink implements MetricsSink {
    static final BlockingQueue<Long> PUSHED = new LinkedBlockingQueue<>();

    /** Called by reflection. */
    public Sink(MetricsOptions options) {}

    @Override
    public void writeMetrics(MetricQueryResults results) {
      PUSHED.add(results.getCounters().iterator().next().getAttempted());
    }
  }
}
