package dev.sluice.translation.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.MetricsContainer;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom user code counts for. */
class StageMetricsTest {
  private static final MetricName NAME = MetricName.named("test", "calls");

  private final MetricsContainerImpl source = new MetricsContainerImpl("source");
  private final MetricsContainerImpl first = new MetricsContainerImpl("first");
  private final MetricsContainerImpl second = new MetricsContainerImpl("second");
  private final StageMetrics stage = new StageMetrics();
  private final StepScope inFirst = stage.scope(() -> first);
  private final StepScope inSecond = stage.scope(() -> second);

  @BeforeEach
  void aSourceReads() {
    MetricsEnvironment.setCurrentContainer(source);
  }

  @AfterEach
  void itHasRead() {
    MetricsEnvironment.setCurrentContainer(null);
  }

  @Test
  void aStepThatIsCalledByAnotherCountsForItself() {
    int outside = inFirst.enter();
    count(1);
    int outer = inSecond.enter();
    count(10);
    inSecond.leave(outer);
    count(100);
    inFirst.leave(outside);
    count(1000);
    assertThat(counted(first)).isEqualTo(101);
    assertThat(counted(second)).isEqualTo(10);
    assertThat(counted(source)).isEqualTo(1000);
  }

  @Test
  void theContainerOfTheRunningBatchIsAskedForEachTime() {
    MetricsContainerImpl[] batch = {first};
    StepScope step = new StageMetrics().scope(() -> batch[0]);
    int outside = step.enter();
    count(1);
    batch[0] = second;
    count(10);
    step.leave(outside);
    assertThat(counted(first)).isEqualTo(1);
    assertThat(counted(second)).isEqualTo(10);
  }

  @Test
  void whatIsOutsideMayChange() {
    inFirst.leave(inFirst.enter());
    MetricsContainerImpl other = new MetricsContainerImpl("other");
    MetricsEnvironment.setCurrentContainer(other);
    inFirst.leave(inFirst.enter());
    assertThat(MetricsEnvironment.getCurrentContainer()).isSameAs(other);
    MetricsEnvironment.setCurrentContainer(null);
    inFirst.leave(inFirst.enter());
    assertThat(MetricsEnvironment.getCurrentContainer()).isNull();
  }

  @Test
  void aContainerKeptByUserCodeCountsForNobodyOnceTheStepsAreOver() {
    int outside = inFirst.enter();
    MetricsContainer kept = MetricsEnvironment.getCurrentContainer();
    inFirst.leave(outside);
    kept.getCounter(NAME).inc();
    assertThat(counted(first)).isZero();
    assertThat(counted(source)).isZero();
  }

  @Test
  void duringABatchTheSourceCountsBetweenTheStepsThatItFeeds() throws Exception {
    MetricsContainerImpl reader = new MetricsContainerImpl("reader");
    int outside = stage.enterStage();
    count(1); // nobody's
    try (Closeable reading = StageMetrics.reading(reader)) {
      count(10);
      int outer = inFirst.enter();
      count(100);
      inFirst.leave(outer);
      count(1000);
    }
    count(1); // nobody's
    stage.leave(outside);
    count(10000);
    assertThat(counted(reader)).isEqualTo(1010);
    assertThat(counted(first)).isEqualTo(100);
    assertThat(counted(source)).isEqualTo(10000);
  }

  @Test
  void aSourceThatReadsAheadOfTheStageCountsForItself() throws Exception {
    MetricsContainerImpl reader = new MetricsContainerImpl("reader");
    try (Closeable reading = StageMetrics.reading(reader)) {
      count(10);
    }
    count(1);
    assertThat(counted(reader)).isEqualTo(10);
    assertThat(counted(source)).isEqualTo(1);
  }

  private static void count(long n) {
    MetricsEnvironment.getCurrentContainer().getCounter(NAME).inc(n);
  }

  private static long counted(MetricsContainerImpl container) {
    return container.getCounter(NAME).getCumulative();
  }
}
