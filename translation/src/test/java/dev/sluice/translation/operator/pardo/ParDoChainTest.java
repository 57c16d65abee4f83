package dev.sluice.translation.operator.pardo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.Operator;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.WindowedValues;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ParDos of which one calls the other. */
class ParDoChainTest {
  private final FakeOperatorContext upstream = new FakeOperatorContext("upstream");
  private final FakeOperatorContext downstream = new FakeOperatorContext("downstream");

  @BeforeEach
  void metrics() {
    MetricsEnvironment.setMetricsSupported(true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachCountsInMetricsOfItsOwn(boolean direct) throws Exception {
    Operator first = chain(new Counting(), new Counting(), direct);
    first.process(0, null, WindowedValues.valueInGlobalWindow("a"));
    assertThat(count(upstream.metrics(), "before")).isEqualTo(1);
    assertThat(count(upstream.metrics(), "after")).isEqualTo(1);
    assertThat(count(downstream.metrics(), "before")).isEqualTo(1);
    assertThat(count(downstream.metrics(), "after")).isEqualTo(1);
    assertThat(MetricsEnvironment.getCurrentContainer()).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFailureDownstreamCannotBeSwallowed(boolean direct) throws Exception {
    Operator second = operator(new Failing(), downstream, direct);
    upstream.redirect(0, element -> second.process(0, null, element));
    Operator first = operator(new Swallowing(), upstream, direct);
    first.process(0, null, WindowedValues.valueInGlobalWindow("a"));
    first.process(0, null, WindowedValues.valueInGlobalWindow("b"));
    first.finishBatch(0);
    assertThatThrownBy(() -> second.finishBatch(0)).hasRootCauseMessage("as told by a");
  }

  private Operator chain(DoFn<?, ?> one, DoFn<?, ?> two, boolean direct) throws Exception {
    Operator second = operator(two, downstream, direct);
    upstream.redirect(0, element -> second.process(0, null, element));
    return operator(one, upstream, direct);
  }

  private static Operator operator(DoFn<?, ?> fn, FakeOperatorContext context, boolean direct)
      throws Exception {
    ParDoSpec spec = ParDoSpecs.of(fn);
    return (direct ? spec : spec.withoutDirect()).create(context);
  }

  private static long count(MetricsContainerImpl metrics, String name) {
    return metrics.getCounter(MetricName.named("test", name)).getCumulative();
  }

  static final class Counting extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String element, OutputReceiver<String> out) {
      Metrics.counter("test", "before").inc();
      out.output(element);
      Metrics.counter("test", "after").inc();
    }
  }

  static final class Failing extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String element) {
      throw new IllegalStateException("as told by " + element);
    }
  }

  static final class Swallowing extends DoFn<String, String> {
    @ProcessElement
    @SuppressWarnings("EmptyCatch") // what a user should not do
    public void process(@Element String element, OutputReceiver<String> out) {
      try {
        out.output(element);
      } catch (RuntimeException e) {
        // goes on as if nothing had happened
      }
    }
  }
}
