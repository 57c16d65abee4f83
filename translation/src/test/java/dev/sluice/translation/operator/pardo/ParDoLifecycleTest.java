package dev.sluice.translation.operator.pardo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of DoFn instances, through both stateless operators. */
class ParDoLifecycleTest {
  private static final long MAX = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();

  /** What was called, by instance. */
  private static final Map<Integer, List<String>> CALLS = new ConcurrentHashMap<>();

  private static final AtomicInteger INSTANCES = new AtomicInteger();

  private final FakeOperatorContext context = new FakeOperatorContext("step");

  @BeforeEach
  void forget() {
    CALLS.clear();
    INSTANCES.set(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBatchIsABundleAndTheInstanceLivesOn(boolean direct) throws Exception {
    Operator operator = operator(new Recorder(null), direct);
    batch(operator, "a", "b");
    batch(operator);
    batch(operator, "c");
    operator.close();
    context.closeShared();
    assertThat(CALLS.values())
        .containsExactly(
            List.of(
                "setup",
                "start",
                "process",
                "process",
                "finish",
                "start",
                "process",
                "finish",
                "teardown"));
    assertThat(context.values(0)).containsExactly("a", "b", "end", "c", "end");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingIsMadeForEmptyBatches(boolean direct) throws Exception {
    Operator operator = operator(new Recorder(null), direct);
    batch(operator);
    operator.close();
    context.closeShared();
    assertThat(CALLS).isEmpty();
    assertThat(operator.outputWatermark()).isEqualTo(MAX);
  }

  @ParameterizedTest
  @CsvSource({
    "setup,true,setup teardown",
    "setup,false,setup teardown",
    "start,true,setup start teardown",
    "start,false,setup start teardown",
    "process,true,setup start process teardown",
    "process,false,setup start process teardown",
    "finish,true,setup start process finish teardown",
    "finish,false,setup start process finish teardown",
  })
  void anInstanceThatFailsIsTornDownOnceAndNeverCalledAgain(
      String failing, boolean direct, String expected) throws Exception {
    Operator operator = operator(new Recorder(failing), direct);
    assertThatThrownBy(() -> batch(operator, "a"))
        .isInstanceOf(UserCodeException.class)
        .hasRootCauseMessage("in " + failing);
    assertThat(CALLS.values()).containsExactly(Arrays.asList(expected.split(" ")));
    assertThatThrownBy(() -> operator.finishBatch(MAX)).hasRootCauseMessage("in " + failing);
    operator.close();
    context.closeShared();
    assertThat(CALLS.values()).containsExactly(Arrays.asList(expected.split(" ")));
  }

  @Test
  void closingInTheMiddleOfABundleTearsDownWithoutFinishing() throws Exception {
    Operator operator = operator(new Recorder(null), true);
    operator.startBatch();
    operator.process(0, null, WindowedValues.valueInGlobalWindow("a"));
    operator.close();
    context.closeShared();
    assertThat(CALLS.values()).containsExactly(List.of("setup", "start", "process", "teardown"));
  }

  @Test
  void partitionsThatWorkAtTheSameTimeHaveInstancesOfTheirOwn() throws Exception {
    ParDoSpec spec = ParDoSpecs.of(new Recorder(null));
    Operator one = spec.create(context);
    Operator two = spec.create(context.sibling(1));
    one.process(0, null, WindowedValues.valueInGlobalWindow("a"));
    two.process(0, null, WindowedValues.valueInGlobalWindow("b"));
    one.finishBatch(MAX);
    two.finishBatch(MAX);
    assertThat(CALLS).hasSize(2);
    batch(one, "c");
    batch(two, "d");
    assertThat(CALLS).hasSize(2);
    assertThat(CALLS.values()).allSatisfy(calls -> assertThat(calls).doesNotContain("teardown"));
    context.closeShared();
    assertThat(CALLS.values())
        .allSatisfy(calls -> assertThat(calls).containsOnlyOnce("setup", "teardown"));
  }

  private Operator operator(DoFn<?, ?> fn, boolean direct) throws Exception {
    ParDoSpec spec = ParDoSpecs.of(fn);
    Operator operator = (direct ? spec : spec.withoutDirect()).create(context);
    assertThat(operator instanceof DirectParDoOperator).isEqualTo(direct);
    return operator;
  }

  private static void batch(Operator operator, String... elements) throws Exception {
    operator.startBatch();
    for (String element : elements) {
      operator.process(0, null, WindowedValues.valueInGlobalWindow(element));
    }
    operator.finishBatch(MAX);
  }

  static final class Recorder extends DoFn<String, String> {
    private final String failing;
    private transient List<String> calls;

    Recorder(String failing) {
      this.failing = failing;
    }

    @Setup
    public void setup() {
      calls = new ArrayList<>();
      CALLS.put(INSTANCES.incrementAndGet(), calls);
      call("setup");
    }

    @StartBundle
    public void start() {
      call("start");
    }

    @ProcessElement
    public void process(@Element String element, OutputReceiver<String> out) {
      call("process");
      out.output(element);
    }

    @FinishBundle
    public void finish(FinishBundleContext c) {
      call("finish");
      c.output("end", new Instant(0), GlobalWindow.INSTANCE);
    }

    @Teardown
    public void teardown() {
      call("teardown");
    }

    private void call(String method) {
      calls.add(method);
      if (method.equals(failing)) {
        throw new IllegalStateException("in " + method);
      }
    }
  }
}
