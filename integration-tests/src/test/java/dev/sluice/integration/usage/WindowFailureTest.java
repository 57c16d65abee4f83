package dev.sluice.integration.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.integration.pipelines.CountedFn;
import dev.sluice.integration.pipelines.Trap;
import dev.sluice.integration.pipelines.Workshop;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.transforms.windowing.WindowMappingFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A window function throws, or the function that makes a view of a side input. */
@Timeout(60)
class WindowFailureTest {
  @RegisterExtension final Workshop workshop = new Workshop();

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void assigning(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(1, 2, 3))
        .apply("Boom", Window.into(new Windows(new Trap("assignWindows"))));

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom/")
        .hasCauseInstanceOf(Trap.Sprung.class);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void merging(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(KV.of(1, 1), KV.of(1, 2)))
        .apply(Window.into(new Windows(new Trap("mergeWindows"))))
        .apply("Boom", GroupByKey.create());

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom")
        .hasCauseInstanceOf(Trap.Sprung.class);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void mappingToTheSideInput(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    PCollectionView<List<Integer>> view =
        pipeline
            .apply("Side", Create.of(1))
            .apply("SideWindows", Window.into(new Windows(new Trap("getSideInputWindow"))))
            .apply(View.asList());
    pipeline
        .apply(Create.of(1, 2))
        .apply(Window.into(FixedWindows.of(Duration.standardMinutes(1))))
        .apply("Boom", ParDo.of(new Reading(view)).withSideInputs(view));

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom/")
        .hasCauseInstanceOf(Trap.Sprung.class);
  }

  /** Beam's own view function complains about a key that is there twice. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void makingTheView(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    PCollectionView<Map<String, Integer>> view =
        pipeline.apply("Side", Create.of(KV.of("a", 1), KV.of("a", 2))).apply(View.asMap());
    pipeline
        .apply(Create.of(1, 2))
        .apply("Boom", ParDo.of(new ReadingMap(view)).withSideInputs(view));

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom/")
        .hasMessageContaining("Duplicate values for a")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  /** Reading a singleton that is empty is the reader's mistake. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEmptySingleton(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    PCollectionView<Integer> view =
        pipeline
            .apply("Side", Create.empty(org.apache.beam.sdk.coders.VarIntCoder.of()))
            .apply(View.asSingleton());
    pipeline
        .apply(Create.of(1, 2))
        .apply("Boom", ParDo.of(new ReadingOne(view)).withSideInputs(view));

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom/")
        .hasCauseInstanceOf(java.util.NoSuchElementException.class);
  }

  /** A view that was not declared. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aViewThatWasNotDeclared(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    PCollectionView<List<Integer>> view = pipeline.apply("Side", Create.of(1)).apply(View.asList());
    pipeline.apply(Create.of(1, 2)).apply("Boom", ParDo.of(new Reading(view)));

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom/")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  /** One window per element, which merge if they meet. */
  static final class Windows extends WindowFn<Object, IntervalWindow> {
    private static final long serialVersionUID = 1;
    private final Trap trap;

    Windows(Trap trap) {
      this.trap = trap;
    }

    @Override
    public Collection<IntervalWindow> assignWindows(AssignContext c) {
      trap.at("assignWindows");
      return List.of(new IntervalWindow(c.timestamp(), Duration.standardMinutes(1)));
    }

    @Override
    public void mergeWindows(MergeContext c) {
      trap.at("mergeWindows");
    }

    @Override
    public boolean isCompatible(WindowFn<?, ?> other) {
      return false;
    }

    @Override
    public Coder<IntervalWindow> windowCoder() {
      return IntervalWindow.getCoder();
    }

    @Override
    public WindowMappingFn<IntervalWindow> getDefaultWindowMappingFn() {
      return new Mapping(trap);
    }
  }

  /** Maps windows to themselves. */
  static final class Mapping extends WindowMappingFn<IntervalWindow> {
    private static final long serialVersionUID = 1;
    private final Trap trap;

    Mapping(Trap trap) {
      this.trap = trap;
    }

    @Override
    public IntervalWindow getSideInputWindow(BoundedWindow mainWindow) {
      trap.at("getSideInputWindow");
      return new IntervalWindow(new Instant(0), mainWindow.maxTimestamp());
    }
  }

  /** Looks at a side input. */
  static final class Reading extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;
    private final PCollectionView<List<Integer>> view;

    Reading(PCollectionView<List<Integer>> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c) {
      c.output(c.sideInput(view).size());
    }
  }

  /** Looks at a side input. */
  static final class ReadingMap extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;
    private final PCollectionView<Map<String, Integer>> view;

    ReadingMap(PCollectionView<Map<String, Integer>> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c) {
      c.output(c.sideInput(view).get("a"));
    }
  }

  /** Looks at a side input. */
  static final class ReadingOne extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;
    private final PCollectionView<Integer> view;

    ReadingOne(PCollectionView<Integer> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c) {
      c.output(c.sideInput(view));
    }
  }
}
