package dev.sluice.translation.operator.pardo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.Operator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundle finalizers run after their batch is acknowledged. */
class FinalizersTest {
  private static final List<String> CALLED = Collections.synchronizedList(new ArrayList<>());

  private final FakeOperatorContext context = new FakeOperatorContext("step");

  @BeforeEach
  void forget() {
    CALLED.clear();
    MetricsEnvironment.setMetricsSupported(true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void callbacksRunInOrderAndOnceAndOnlyUpToTheAcknowledgedBatch(boolean direct) throws Exception {
    Operator operator = operator(direct);
    batch(operator, "a", "fail", "b");
    assertThat(operator.wantsAcknowledge()).isTrue();
    batch(operator);
    assertThat(operator.wantsAcknowledge()).isFalse();
    batch(operator, "c");
    assertThat(CALLED).isEmpty();
    operator.acknowledge(1);
    assertThat(CALLED).containsExactly("a", "fail", "b");
    operator.acknowledge(1);
    operator.acknowledge(2);
    assertThat(CALLED).containsExactly("a", "fail", "b");
    operator.acknowledge(3);
    assertThat(CALLED).containsExactly("a", "fail", "b", "c");
    MetricName calls = MetricName.named("test", "calls");
    assertThat(context.metrics().getCounter(calls).getCumulative()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatHasExpiredIsDropped(boolean direct) throws Exception {
    Operator operator = operator(direct);
    batch(operator, "a");
    context.setProcessingTime(1_000);
    batch(operator);
    operator.acknowledge(1);
    assertThat(CALLED).isEmpty();
  }

  private Operator operator(boolean direct) throws Exception {
    ParDoSpec spec = ParDoSpecs.of(new Finalizing());
    return (direct ? spec : spec.withoutDirect()).create(context);
  }

  private void batch(Operator operator, String... elements) throws Exception {
    context.nextBatch();
    operator.startBatch();
    for (String element : elements) {
      operator.process(0, null, WindowedValues.valueInGlobalWindow(element));
    }
    operator.finishBatch(0);
  }

  static final class Finalizing extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String element, BundleFinalizer finalizer) {
      finalizer.afterBundleCommit(
          new Instant(1_000),
          () -> {
            CALLED.add(element);
            Metrics.counter("test", "calls").inc();
            if (element.equals("fail")) {
              throw new IllegalStateException("as wanted");
            }
          });
    }
  }
}
