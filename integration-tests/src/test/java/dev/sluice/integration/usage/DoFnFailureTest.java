package dev.sluice.integration.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.integration.pipelines.CountedFn;
import dev.sluice.integration.pipelines.Trap;
import dev.sluice.integration.pipelines.Workshop;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerMap;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A DoFn throws in one of its methods. */
@Timeout(60)
class DoFnFailureTest {
  @RegisterExtension final Workshop workshop = new Workshop();

  @ParameterizedTest
  @CsvSource({
    "setup, false", "startBundle, false", "process, false", "finishBundle, false",
    "setup, true", "startBundle, true", "process, true", "finishBundle, true"
  })
  void ofPlainKind(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(1, 2, 3))
        .apply("Before", ParDo.of(new Plain(Trap.none())))
        .apply("Boom", ParDo.of(new Plain(new Trap(method))))
        .apply("After", ParDo.of(new Plain(Trap.none())));

    PipelineExecutionException failure = Workshop.failureOf(pipeline);

    assertThat(failure)
        .hasMessageStartingWith("step Boom/")
        .hasMessageContaining("thrown on purpose in " + method)
        .hasCauseInstanceOf(Trap.Sprung.class);
    if (method.equals("process")) {
      assertThat(failure.getMessage())
          .matches(".*, micro-batch \\d+, partition \\d+, element [123]: .*");
    }
  }

  /** The same through Beam's general runner, which a side input asks for. */
  @ParameterizedTest
  @CsvSource({
    "setup, false", "startBundle, false", "process, false", "finishBundle, false",
    "setup, true", "startBundle, true", "process, true", "finishBundle, true"
  })
  void withASideInput(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    PCollectionView<Iterable<Integer>> view =
        pipeline.apply("Side", Create.of(7)).apply(View.asIterable());
    pipeline
        .apply(Create.of(1, 2, 3))
        .apply("Boom", ParDo.of(new Plain(new Trap(method))).withSideInputs(view));

    PipelineExecutionException failure = Workshop.failureOf(pipeline);

    assertThat(failure).hasMessageStartingWith("step Boom/").hasCauseInstanceOf(Trap.Sprung.class);
    if (method.equals("process")) {
      assertThat(failure.getMessage()).containsPattern(", element [123]: ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "setup, false", "startBundle, false", "finishBundle, false",
    "setup, true", "startBundle, true", "finishBundle, true"
  })
  void aroundTheBundleOfAStatefulOne(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(1, 2, 3))
        .apply(WithKeys.<String, Integer>of("key").withKeyType(TypeDescriptors.strings()))
        .apply("Boom", ParDo.of(new Stateful(new Trap(method))));

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom/")
        .hasCauseInstanceOf(Trap.Sprung.class);
  }

  @ParameterizedTest
  @CsvSource({
    "process, false", "eventTimer, false", "processingTimer, false", "family, false",
        "expiration, false",
    "process, true", "eventTimer, true", "processingTimer, true", "family, true", "expiration, true"
  })
  void ofStatefulKind(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(1, 2, 3))
        .apply(WithKeys.<String, Integer>of("key").withKeyType(TypeDescriptors.strings()))
        .apply(Window.into(FixedWindows.of(Duration.standardMinutes(1))))
        .apply("Boom", ParDo.of(new Stateful(new Trap(method))));

    PipelineExecutionException failure = Workshop.failureOf(pipeline);

    assertThat(failure).hasMessageStartingWith("step Boom/").hasCauseInstanceOf(Trap.Sprung.class);
    String subject =
        switch (method) {
          case "process" -> ", element KV\\{key, [123]\\}: ";
          case "expiration" -> ", end of window \\[.*\\) of key key: ";
          default -> ", timer in window \\[.*\\) of key key: ";
        };
    assertThat(failure.getMessage()).containsPattern(subject);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void tearingDownIsLoggedOnly(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline.apply(Create.of(1, 2, 3)).apply("Boom", ParDo.of(new Plain(new Trap("teardown"))));

    Workshop.run(pipeline);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void finalizersAreLoggedOnly(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline.apply(Create.of(1, 2, 3)).apply("Boom", ParDo.of(new Finalizing()));

    Workshop.run(pipeline);
  }

  /** Upstream code that swallows what comes from downstream does not hide it. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void whatIsSwallowedUpstreamFailsAllTheSame(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(1, 2, 3))
        .apply("Swallow", ParDo.of(new Swallowing()))
        .apply("Boom", ParDo.of(new Plain(new Trap("process"))));

    PipelineExecutionException failure = Workshop.failureOf(pipeline);

    assertThat(failure).hasMessageStartingWith("step Boom/").hasCauseInstanceOf(Trap.Sprung.class);
  }

  /** An error, which is no exception, is treated alike. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void errorsAreNamedToo(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(1, 2, 3))
        .apply("Before", ParDo.of(new Plain(Trap.none())))
        .apply("Deep", ParDo.of(new Bottomless()));

    PipelineExecutionException failure = Workshop.failureOf(pipeline);

    assertThat(failure)
        .hasMessageStartingWith("step Deep/")
        .hasCauseInstanceOf(StackOverflowError.class);
  }

  /** Passes numbers on. */
  static final class Plain extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;
    private final Trap trap;

    Plain(Trap trap) {
      this.trap = trap;
    }

    @Override
    @Setup
    public void setup() {
      super.setup();
      trap.at("setup");
    }

    @StartBundle
    public void startBundle() {
      trap.at("startBundle");
    }

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out) {
      trap.at("process");
      out.output(element);
    }

    @FinishBundle
    public void finishBundle() {
      trap.at("finishBundle");
    }

    @Override
    @Teardown
    public void teardown() {
      super.teardown();
      trap.at("teardown");
    }
  }

  /** Counts per key, with timers of both kinds. */
  static final class Stateful extends CountedFn<KV<String, Integer>, Integer> {
    private static final long serialVersionUID = 1;
    private final Trap trap;

    @StateId("count")
    private final StateSpec<ValueState<Integer>> count = StateSpecs.value(VarIntCoder.of());

    @TimerId("eventTimer")
    private final TimerSpec eventTimer = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @TimerId("processingTimer")
    private final TimerSpec processingTimer = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    @TimerFamily("family")
    @SuppressWarnings("UnusedVariable") // Beam reads it
    private final TimerSpec family = TimerSpecs.timerMap(TimeDomain.EVENT_TIME);

    Stateful(Trap trap) {
      this.trap = trap;
    }

    @Override
    @Setup
    public void setup() {
      super.setup();
      trap.at("setup");
    }

    @StartBundle
    public void startBundle() {
      trap.at("startBundle");
    }

    @FinishBundle
    public void finishBundle() {
      trap.at("finishBundle");
    }

    @ProcessElement
    public void process(
        @Element KV<String, Integer> element,
        @StateId("count") ValueState<Integer> state,
        @TimerId("eventTimer") Timer onTime,
        @TimerId("processingTimer") Timer soon,
        @TimerFamily("family") TimerMap timers) {
      trap.at("process");
      state.write(element.getValue());
      onTime.offset(Duration.standardSeconds(1)).setRelative();
      soon.offset(Duration.millis(1)).setRelative();
      timers.get("one").offset(Duration.standardSeconds(2)).setRelative();
    }

    @OnTimerFamily("family")
    public void onFamily() {
      trap.at("family");
    }

    @OnTimer("eventTimer")
    public void onEventTimer() {
      trap.at("eventTimer");
    }

    @OnTimer("processingTimer")
    public void onProcessingTimer() {
      trap.at("processingTimer");
    }

    @OnWindowExpiration
    public void onWindowExpiration() {
      trap.at("expiration");
    }
  }

  /** Asks for a finalization that throws. */
  static final class Finalizing extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(BundleFinalizer finalizer) {
      finalizer.afterBundleCommit(
          org.joda.time.Instant.now().plus(Duration.standardMinutes(1)),
          () -> new Trap("finalizer").at("finalizer"));
    }
  }

  /** Wants no exception to come through. */
  static final class Swallowing extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out) {
      try {
        out.output(element);
      } catch (RuntimeException e) {
        // swallowed: that is the point
      }
    }
  }

  /** Never comes back. */
  static final class Bottomless extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out) {
      out.output(depth(0));
    }

    private static int depth(int below) {
      return below < 0 ? 0 : 1 + depth(below + 1);
    }
  }
}
