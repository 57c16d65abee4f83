package dev.sluice.runner.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.StepMetrics;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.metrics.GaugeResult;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.joda.time.DateTimeUtils;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class JobMetricsTest {
  private static final MetricName WORDS = MetricName.named("test", "words");
  private static final MetricName LEVEL = MetricName.named("test", "level");
  private static final MetricName NAMES = MetricName.named("test", "names");
  private static final MetricName SIZES = MetricName.named("test", "sizes");
  private static final MetricName PATHS = MetricName.named("test", "paths");

  private final JobMetrics metrics = new JobMetrics();

  @Test
  void deltasOfAStepAddUp() {
    report(words("Count", 2), true);
    report(words("Count", 3), true);
    report(words("Other", 5), true);

    assertThat(counters())
        .extracting(r -> r.getKey().stepName() + " " + r.getCommitted() + " " + r.getAttempted())
        .containsExactlyInAnyOrder("Count 5 5", "Other 5 5");
  }

  @Test
  void whatIsNotCommittedIsOnlyAttempted() {
    report(words("Count", 2), true);
    report(words("Count", 3), false);

    MetricResult<Long> counter = counters().get(0);
    assertThat(counter.getAttempted()).isEqualTo(5);
    assertThat(counter.getCommitted()).isEqualTo(2);
  }

  @Test
  void aStepThatWasOnlyAttemptedHasNothingCommitted() {
    report(words("Count", 3), false);
    MetricResult<Long> counter = counters().get(0);
    assertThat(counter.getAttempted()).isEqualTo(3);
    assertThat(counter.getCommittedOrNull()).isNull();
  }

  @Test
  void theLatestGaugeWinsWhateverTheOrderOfReports() {
    Instant later = new Instant(2000);
    report(level(7, later), true);
    report(level(8, new Instant(1000)), true);

    GaugeResult gauge = all().getGauges().iterator().next().getCommitted();
    assertThat(gauge.getValue()).isEqualTo(7);
    assertThat(gauge.getTimestamp()).isEqualTo(later);
  }

  @Test
  void otherKindsAreMergedToo() {
    for (String name : List.of("a", "b")) {
      MetricsContainerImpl container = new MetricsContainerImpl("Step");
      container.getStringSet(NAMES).add(name);
      container.getBoundedTrie(PATHS).add("root", name);
      container.getDistribution(SIZES).update(name.equals("a") ? 1 : 9);
      report(StepMetrics.of("Step", container), true);
    }

    assertThat(all().getStringSets().iterator().next().getCommitted().getStringSet())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(all().getBoundedTries().iterator().next().getCommitted().getResult()).hasSize(2);
    assertThat(all().getDistributions().iterator().next().getCommitted().getMax()).isEqualTo(9);
  }

  @Test
  void resultsAreASnapshot() {
    report(words("Count", 2), true);
    MetricQueryResults before = all();
    report(words("Count", 2), true);
    assertThat(before.getCounters().iterator().next().getAttempted()).isEqualTo(2);
  }

  private void report(StepMetrics delta, boolean commit) {
    metrics.attempted(0, delta);
    if (commit) {
      metrics.committed(0, delta);
    }
  }

  private MetricQueryResults all() {
    return metrics.results().allMetrics();
  }

  private List<MetricResult<Long>> counters() {
    return StreamSupport.stream(all().getCounters().spliterator(), false).toList();
  }

  private static StepMetrics words(String step, long count) {
    MetricsContainerImpl container = new MetricsContainerImpl(step);
    container.getCounter(WORDS).inc(count);
    return StepMetrics.of(step, container);
  }

  private static StepMetrics level(long value, Instant at) {
    MetricsContainerImpl container = new MetricsContainerImpl("Step");
    DateTimeUtils.setCurrentMillisFixed(at.getMillis());
    try {
      container.getGauge(LEVEL).set(value);
    } finally {
      DateTimeUtils.setCurrentMillisSystem();
    }
    return StepMetrics.of("Step", container);
  }
}
