package dev.sluice.translation.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.JobSettings;
import dev.sluice.translation.graph.PipelineGraph;
import dev.sluice.translation.graph.StepNode;
import dev.sluice.translation.operator.grouping.CombinePerKeySpec;
import dev.sluice.translation.operator.grouping.SlicedCombineSpec;
import dev.sluice.translation.operator.simple.AssignSlicesSpec;
import dev.sluice.translation.operator.simple.AssignWindowsSpec;
import dev.sluice.translation.operator.simple.ExpandSlicesSpec;
import dev.sluice.translation.operator.slices.SlicedWindows;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

class SlidingBySlicesTest {
  private static final TestStream<String> STREAM =
      TestStream.create(StringUtf8Coder.of()).advanceWatermarkToInfinity();

  private final Pipeline pipeline = Pipeline.create();

  private PCollection<String> sliding(PTransform<PBegin, PCollection<String>> source) {
    return pipeline.apply("Read", source).apply("Window", window());
  }

  private static Window<String> window() {
    return Window.into(SlidingWindows.of(Duration.millis(10)).every(Duration.millis(2)));
  }

  private PipelineGraph translated(boolean fastPaths, boolean checked) {
    return GraphTranslation.translate(
        pipeline,
        new TranslationSettings(false, 2, 2, 2, 2, fastPaths, checked, JobSettings.defaults()));
  }

  private static StepNode step(PipelineGraph graph, String name) {
    return graph.steps().stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no step " + name + " in " + graph.steps()));
  }

  private static boolean isSliced(PipelineGraph graph, String name) {
    int output = step(graph, name).outputs().get(0);
    return graph.collections().get(output).windowing().getWindowFn() instanceof SlicedWindows;
  }

  private static long expansions(PipelineGraph graph) {
    return graph.steps().stream().filter(step -> step.spec() instanceof ExpandSlicesSpec).count();
  }

  @Test
  void countIsBySlicesAndItsResultsAreInWindows() {
    sliding(STREAM).apply("Look", ParDo.of(new Blind())).apply("Count", Count.perElement());
    for (int i = 0; i < 2; i++) {
      PipelineGraph graph = translated(true, i == 1);
      assertThat(step(graph, "Window/Window.Assign").spec()).isInstanceOf(AssignSlicesSpec.class);
      assertThat(isSliced(graph, "Look/ParMultiDo(Blind)")).isTrue();
      assertThat(step(graph, "Count/Combine.perKey(Count)").spec())
          .isInstanceOf(SlicedCombineSpec.class);
      assertThat(isSliced(graph, "Count/Combine.perKey(Count)")).isFalse();
      assertThat(expansions(graph)).isZero();
    }
  }

  @Test
  void othersGetWindows() {
    PCollection<String> windowed = sliding(STREAM);
    windowed.apply("Count", Count.perElement());
    windowed.apply("Key", WithKeys.of("")).apply("Group", GroupByKey.create());
    windowed.apply("See", ParDo.of(new Seeing())).apply("Again", Count.perElement());
    PipelineGraph graph = translated(true, false);
    assertThat(step(graph, "Count/Combine.perKey(Count)").spec())
        .isInstanceOf(SlicedCombineSpec.class);
    assertThat(step(graph, "Again/Combine.perKey(Count)").spec())
        .isInstanceOf(CombinePerKeySpec.class);
    assertThat(expansions(graph)).isEqualTo(1);
    for (String name :
        new String[] {"Key/AddKeys/Map/ParMultiDo(Anonymous)", "Group", "See/ParMultiDo(Seeing)"}) {
      assertThat(isSliced(graph, name)).isFalse();
    }
    for (int s = 0; s < graph.steps().size(); s++) {
      assertThat(graph.steps().get(s).id()).isEqualTo(s);
    }
    for (int c = 0; c < graph.collections().size(); c++) {
      assertThat(graph.collections().get(c).id()).isEqualTo(c);
    }
  }

  @Test
  void nothingIsSlicedWithoutCombine() {
    sliding(STREAM).apply("Key", WithKeys.of("")).apply("Group", GroupByKey.create());
    PipelineGraph graph = translated(true, false);
    assertThat(step(graph, "Window/Window.Assign").spec()).isInstanceOf(AssignWindowsSpec.class);
  }

  @Test
  void nothingIsSlicedWhereItCouldBeTold() {
    PCollection<String> read = pipeline.apply("Read", STREAM);
    read.apply("Late", window().withAllowedLateness(Duration.millis(1)).discardingFiredPanes())
        .apply("Late count", Count.perElement());
    read.apply("Earliest", window().withTimestampCombiner(TimestampCombiner.EARLIEST))
        .apply("Earliest count", Count.perElement());
    read.apply(
            "Early",
            window()
                .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(1)))
                .withAllowedLateness(Duration.ZERO)
                .discardingFiredPanes())
        .apply("Early count", Count.perElement());
    read.apply(
            "Apart", Window.into(SlidingWindows.of(Duration.millis(2)).every(Duration.millis(2))))
        .apply("Apart count", Count.perElement());
    assertThat(translated(true, false).steps())
        .noneMatch(step -> step.spec() instanceof AssignSlicesSpec);
  }

  @Test
  void nothingIsSlicedWithoutFastPathsOrInBoundedJobs() {
    sliding(STREAM).apply("Count", Count.perElement());
    assertThat(translated(false, false).steps())
        .noneMatch(step -> step.spec() instanceof AssignSlicesSpec);
    Pipeline bounded = Pipeline.create();
    bounded
        .apply("Read", Create.of("a"))
        .apply("Window", window())
        .apply("Count", Count.perElement());
    assertThat(
            GraphTranslation.translate(
                    bounded,
                    new TranslationSettings(false, 2, 2, 2, 2, true, false, JobSettings.defaults()))
                .steps())
        .noneMatch(step -> step.spec() instanceof AssignSlicesSpec);
  }

  private static final class Blind extends DoFn<String, String> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element String element, OutputReceiver<String> out) {
      out.output(element);
    }
  }

  private static final class Seeing extends DoFn<String, String> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element String element, BoundedWindow window, OutputReceiver<String> out) {
      out.output(element + window);
    }
  }
}
