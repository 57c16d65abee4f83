package dev.sluice.translation.operator.pardo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.DirectOperator;
import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The fast path does what Beam's runner does. Elements say what the DoFn shall do with them, so
 * that random elements make a random DoFn; outputs with everything that belongs to them, and the
 * failure that ends it, have to be the same.
 */
class DirectAgainstGeneralTest {
  private static final TupleTag<String> UNKNOWN = new TupleTag<>("unknown");

  /** What the direct operator says beyond Beam's words. */
  private static final String ADVICE = "; ParDo.withOutputTags must declare every output";

  /** How elements come to an operator. */
  enum Way {
    GENERAL,
    /** From outside of the stage. */
    DIRECT,
    /** From a step that emits elements in their wrappers. */
    DIRECT_ENTRY,
    /** From a step that emits elements in parts, where that is possible. */
    DIRECT_IN_PARTS
  }

  /** What a DoFn is told to do. */
  enum Action {
    OUTPUT,
    OUTPUT_LATER,
    OUTPUT_EARLIER,
    OUTPUT_TOO_LATE,
    OUTPUT_ELSEWHERE,
    OUTPUT_NOWHERE,
    BUILD,
    BUILD_EARLIER,
    SIDE,
    SIDE_LATER,
    SIDE_BUILD,
    UNKNOWN_TAG,
    WINDOWED_VALUE,
    DESCRIBE,
    FAIL,
    NOTHING
  }

  @Property(tries = 400)
  void bothOperatorsDoTheSame(
      @ForAll("fns") Supplier<DoFn<String, String>> fn,
      @ForAll("batches") List<List<WindowedValue<String>>> batches)
      throws Exception {
    ParDoSpec spec =
        ParDoSpecs.of(
            fn.get(),
            StringUtf8Coder.of(),
            WindowingStrategy.of(FixedWindows.of(Duration.millis(10))),
            List.of());
    Trace general = Trace.of(spec.withoutDirect(), Way.GENERAL, batches);
    for (Way direct : List.of(Way.DIRECT, Way.DIRECT_ENTRY, Way.DIRECT_IN_PARTS)) {
      assertThat(Trace.of(spec, direct, batches)).as(direct.name()).isEqualTo(general);
    }
  }

  @Provide
  Arbitrary<Supplier<DoFn<String, String>>> fns() {
    return Arbitraries.of(
        ReceiverFn::new, ContextFn::new, WindowFn::new, SkewedFn::new, BundleFn::new);
  }

  @Provide
  Arbitrary<List<List<WindowedValue<String>>>> batches() {
    return elements().list().ofMaxSize(4).list().ofMaxSize(3);
  }

  private static Arbitrary<WindowedValue<String>> elements() {
    // mostly what goes well, or no run would get far
    Arbitrary<Action> actions =
        Arbitraries.frequencyOf(
            Tuple.of(
                8,
                Arbitraries.of(
                    Action.OUTPUT,
                    Action.OUTPUT_LATER,
                    Action.OUTPUT_ELSEWHERE,
                    Action.BUILD,
                    Action.SIDE,
                    Action.SIDE_LATER,
                    Action.SIDE_BUILD,
                    Action.WINDOWED_VALUE,
                    Action.DESCRIBE,
                    Action.NOTHING)),
            Tuple.of(1, Arbitraries.of(Action.class)));
    Arbitrary<String> values =
        actions
            .list()
            .ofMaxSize(4)
            .map(list -> String.join(" ", list.stream().map(Action::name).toList()));
    Arbitrary<Instant> timestamps = Arbitraries.longs().between(-20, 50).map(Instant::new);
    Arbitrary<List<BoundedWindow>> windows =
        Arbitraries.<BoundedWindow>of(window(0), window(10), window(20), GlobalWindow.INSTANCE)
            .list()
            .uniqueElements()
            .ofMinSize(1)
            .ofMaxSize(3);
    Arbitrary<PaneInfo> panes =
        Arbitraries.of(
            PaneInfo.NO_FIRING,
            PaneInfo.ON_TIME_AND_ONLY_FIRING,
            PaneInfo.createPane(false, false, PaneInfo.Timing.LATE, 3, 2));
    return Combinators.combine(
            values,
            timestamps,
            windows,
            panes,
            Arbitraries.of("id").injectNull(0.8),
            Arbitraries.of(7L).injectNull(0.8),
            Arbitraries.of(
                CausedByDrain.NORMAL, CausedByDrain.NORMAL, CausedByDrain.CAUSED_BY_DRAIN))
        .as(WindowedValues::of);
  }

  private static IntervalWindow window(long start) {
    return new IntervalWindow(new Instant(start), new Instant(start + 10));
  }

  /** All that can be seen of a run. */
  private record Trace(List<String> main, List<String> side, String failure, long watermark) {
    static Trace of(ParDoSpec spec, Way way, List<List<WindowedValue<String>>> batches)
        throws Exception {
      PipelineOptions options = PipelineOptionsFactory.create();
      options.setJobName("job");
      FakeOperatorContext context = new FakeOperatorContext("step", options);
      Operator operator = spec.create(context);
      assertThat(operator instanceof DirectParDoOperator).isEqualTo(way != Way.GENERAL);
      String failure = "";
      try {
        long watermark = 0;
        for (List<WindowedValue<String>> batch : batches) {
          context.nextBatch();
          operator.startBatch();
          for (WindowedValue<String> element : batch) {
            give(operator, way, element);
          }
          operator.finishBatch(++watermark);
        }
      } catch (UserCodeException e) {
        failure = e.getCause().toString().replace(ADVICE, "");
      }
      operator.close();
      context.closeShared();
      return new Trace(
          described(context.outputs(0)),
          described(context.outputs(1)),
          failure,
          operator.outputWatermark());
    }

    private static void give(Operator operator, Way way, WindowedValue<?> element)
        throws Exception {
      switch (way) {
        case GENERAL, DIRECT -> operator.process(0, null, element);
        case DIRECT_ENTRY -> ((DirectOperator) operator).entry("step").accept(element);
        case DIRECT_IN_PARTS -> {
          if (isPlain(element)) {
            ((DirectOperator) operator)
                .process(
                    element.getValue(),
                    element.getTimestamp(),
                    element.getWindows(),
                    element.getPaneInfo());
          } else {
            operator.process(0, null, element);
          }
        }
      }
    }

    private static boolean isPlain(WindowedValue<?> element) {
      return element.getRecordId() == null
          && element.getRecordOffset() == null
          && element.causedByDrain() == CausedByDrain.NORMAL;
    }

    private static List<String> described(List<WindowedValue<?>> elements) {
      return elements.stream()
          .map(
              e ->
                  Arrays.asList(
                          e.getValue(),
                          e.getTimestamp(),
                          new ArrayList<>(e.getWindows()),
                          e.getPaneInfo(),
                          e.getRecordId(),
                          e.getRecordOffset(),
                          e.causedByDrain())
                      .toString())
          .toList();
    }
  }

  private static Iterable<Action> actions(String element) {
    return element.isEmpty()
        ? List.of()
        : Arrays.stream(element.split(" ")).map(Action::valueOf).toList();
  }

  static class ReceiverFn extends DoFn<String, String> {
    @ProcessElement
    public void process(
        @Element String element,
        @Timestamp Instant timestamp,
        PaneInfo pane,
        CausedByDrain drain,
        OutputReceiver<String> main,
        MultiOutputReceiver all) {
      for (Action action : actions(element)) {
        act(action, element, timestamp, pane, drain, main, all);
      }
    }

    void act(
        Action action,
        String element,
        Instant timestamp,
        PaneInfo pane,
        CausedByDrain drain,
        OutputReceiver<String> main,
        MultiOutputReceiver all) {
      List<IntervalWindow> elsewhere = List.of(window(30), window(40));
      switch (action) {
        case OUTPUT -> main.output("output");
        case OUTPUT_LATER -> main.outputWithTimestamp("later", timestamp.plus(5));
        case OUTPUT_EARLIER -> main.outputWithTimestamp("earlier", timestamp.minus(5));
        case OUTPUT_TOO_LATE ->
            main.outputWithTimestamp("late", BoundedWindow.TIMESTAMP_MAX_VALUE.plus(1));
        case OUTPUT_ELSEWHERE ->
            main.outputWindowedValue("elsewhere", timestamp, elsewhere, PaneInfo.NO_FIRING);
        case OUTPUT_NOWHERE ->
            main.outputWindowedValue("nowhere", timestamp, List.of(), PaneInfo.NO_FIRING);
        case BUILD -> main.builder("built").setRecordId("other").output();
        case BUILD_EARLIER -> main.builder("built").setTimestamp(timestamp.minus(5)).output();
        case SIDE -> all.get(ParDoSpecs.SIDE).output("side");
        case SIDE_LATER -> all.get(ParDoSpecs.SIDE).outputWithTimestamp("side", timestamp.plus(3));
        case SIDE_BUILD -> all.get(ParDoSpecs.SIDE).builder("side").setWindows(elsewhere).output();
        case UNKNOWN_TAG -> all.get(UNKNOWN).output("unknown");
        case WINDOWED_VALUE -> all.get(ParDoSpecs.MAIN).output("main by tag");
        case DESCRIBE -> main.output(element + timestamp + pane + drain);
        case FAIL -> throw new IllegalStateException("as told");
        case NOTHING -> {}
      }
    }
  }

  static final class WindowFn extends DoFn<String, String> {
    @ProcessElement
    public void process(
        @Element String element,
        BoundedWindow window,
        PipelineOptions options,
        OutputReceiver<String> out) {
      for (Action action : actions(element)) {
        if (action == Action.FAIL) {
          throw new IllegalStateException("as told");
        }
        out.output(action + " in " + window + " of " + options.getJobName());
      }
    }
  }

  static class ContextFn extends DoFn<String, String> {
    @ProcessElement
    public void process(ProcessContext c) {
      for (Action action : actions(c.element())) {
        act(action, c);
      }
    }

    private void act(Action action, ProcessContext c) {
      Instant timestamp = c.timestamp();
      Collection<? extends BoundedWindow> elsewhere = List.of(window(30), window(40));
      switch (action) {
        case OUTPUT -> c.output("output");
        case OUTPUT_LATER -> c.outputWithTimestamp("later", timestamp.plus(5));
        case OUTPUT_EARLIER -> c.outputWithTimestamp("earlier", timestamp.minus(5));
        case OUTPUT_TOO_LATE ->
            c.outputWithTimestamp("late", BoundedWindow.TIMESTAMP_MAX_VALUE.plus(1));
        case OUTPUT_ELSEWHERE ->
            c.outputWindowedValue("elsewhere", timestamp, elsewhere, PaneInfo.NO_FIRING);
        case OUTPUT_NOWHERE ->
            c.outputWindowedValue("nowhere", timestamp, List.of(), PaneInfo.NO_FIRING);
        case BUILD ->
            c.outputWindowedValue(
                ParDoSpecs.SIDE, "built", timestamp.plus(1), elsewhere, PaneInfo.NO_FIRING);
        case BUILD_EARLIER ->
            c.outputWindowedValue(
                ParDoSpecs.SIDE, "built", timestamp.minus(1), elsewhere, PaneInfo.NO_FIRING);
        case SIDE -> c.output(ParDoSpecs.SIDE, "side");
        case SIDE_LATER -> c.outputWithTimestamp(ParDoSpecs.SIDE, "side", timestamp.plus(3));
        case SIDE_BUILD ->
            c.outputWindowedValue(
                ParDoSpecs.SIDE, WindowedValues.of("side", timestamp, elsewhere, c.pane()));
        case UNKNOWN_TAG -> c.output(UNKNOWN, "unknown");
        case WINDOWED_VALUE ->
            c.outputWindowedValue(WindowedValues.of("whole", timestamp, elsewhere, c.pane()));
        case DESCRIBE ->
            c.output(
                c.element()
                    + timestamp
                    + c.pane()
                    + c.currentRecordId()
                    + c.currentRecordOffset()
                    + c.causedByDrain()
                    + c.getPipelineOptions().getJobName());
        case FAIL -> throw new IllegalStateException("as told");
        case NOTHING -> {}
      }
    }
  }

  static final class SkewedFn extends ReceiverFn {
    @Override
    @SuppressWarnings("deprecation") // still to be respected
    public Duration getAllowedTimestampSkew() {
      return Duration.millis(5);
    }
  }

  static final class BundleFn extends DoFn<String, String> {
    private transient List<String> buffer;

    @StartBundle
    public void start(StartBundleContext c, PipelineOptions options) {
      buffer = new ArrayList<>();
      buffer.add(c.getPipelineOptions().getJobName() + options.getJobName());
    }

    @ProcessElement
    public void process(@Element String element) {
      buffer.add(element);
    }

    @FinishBundle
    public void finish(FinishBundleContext c) {
      for (String element : buffer) {
        if (element.contains(Action.FAIL.name())) {
          throw new IllegalStateException("as told");
        }
        TupleTag<String> tag =
            element.contains(Action.UNKNOWN_TAG.name()) ? UNKNOWN : ParDoSpecs.SIDE;
        c.output(element, new Instant(1), window(0));
        c.output(tag, element, new Instant(-100), window(10));
      }
    }
  }
}
