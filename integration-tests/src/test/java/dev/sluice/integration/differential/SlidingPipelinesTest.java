package dev.sluice.integration.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.OutputBuilder;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * Whatever stands between sliding windows and a combine: what comes out is the same with slices
 * (fast paths on) and without, and the same as on the direct runner.
 */
class SlidingPipelinesTest {
  private static final SlidingWindows WINDOWS =
      SlidingWindows.of(Duration.millis(10)).every(Duration.millis(3));

  /** A part of a pipeline, of windowed input. */
  private interface Part {
    PCollection<KV<Integer, String>> apply(PCollection<KV<Integer, Integer>> windowed);
  }

  @Test
  void combineRightBehindTheWindow() {
    compare(windowed -> text(windowed.apply(Combine.perKey(new Collect()))));
  }

  @Test
  void countsAndSums() {
    compare(
        windowed ->
            PCollectionList.of(text(windowed.apply("Count", Count.perKey())))
                .and(text(windowed.apply("Sum", Sum.integersPerKey())))
                .apply(Flatten.pCollections()));
  }

  @Test
  void globally() {
    compare(
        windowed ->
            text(
                windowed
                    .apply(
                        Combine.globally(Count.<KV<Integer, Integer>>combineFn()).withoutDefaults())
                    .apply(
                        MapElements.into(
                                TypeDescriptors.kvs(
                                    TypeDescriptors.integers(), TypeDescriptors.longs()))
                            .via(count -> KV.of(0, count)))));
  }

  @Test
  void groupsAndCombinesOfTheSameCollection() {
    compare(
        windowed -> {
          PCollection<KV<Integer, Integer>> moved = windowed.apply("Move", ParDo.of(new Earlier()));
          return PCollectionList.of(text(moved.apply(Combine.perKey(new Collect()))))
              .and(
                  text(
                      moved
                          .apply(GroupByKey.create())
                          .apply("Collect", Combine.groupedValues(new Collect()))))
              .apply(Flatten.pCollections());
        });
  }

  @Test
  void shuffledBefore() {
    compare(windowed -> text(windowed.apply(Reshuffle.of()).apply(Combine.perKey(new Collect()))));
  }

  @Test
  void fannedOut() {
    compare(
        windowed ->
            text(
                windowed.apply(
                    Combine.<Integer, Integer, List<Integer>>perKey(new Collect())
                        .withHotKeyFanout(key -> key == 1 ? 3 : 1))));
  }

  @Test
  void flattenedWithWindowsOfCombines() {
    compare(
        windowed ->
            text(
                PCollectionList.of(windowed)
                    .and(windowed.apply("Sum", Sum.integersPerKey()))
                    .apply(Flatten.pCollections())
                    .apply(Combine.perKey(new Collect()))));
  }

  @Test
  void seenByDoFns() {
    compare(
        windowed ->
            text(
                windowed
                    .apply("See", ParDo.of(new Seeing()))
                    .apply(Combine.perKey(new Collect()))));
  }

  @Test
  void seenThroughBuilders() {
    compare(
        windowed ->
            text(
                windowed
                    .apply("Build", ParDo.of(new Building()))
                    .apply(Combine.perKey(new Collect()))));
  }

  @Test
  void madeUp() {
    compareWithoutSlices(
        windowed ->
            text(
                windowed
                    .apply("Make up", ParDo.of(new MakingUp()))
                    .apply(Combine.perKey(new Collect()))));
  }

  @Test
  void asSideInput() {
    compare(
        windowed -> {
          PCollectionView<Long> count =
              windowed.apply(
                  "Size",
                  Combine.globally(Count.<KV<Integer, Integer>>combineFn()).asSingletonView());
          return text(
              windowed
                  .apply("Look", ParDo.of(new Looking(count)).withSideInputs(count))
                  .apply("Combine", Combine.perKey(new Collect())));
        });
  }

  @Test
  void windowedAgain() {
    compare(
        windowed ->
            PCollectionList.of(
                    text(
                        windowed
                            .apply(
                                "Again",
                                Window.into(
                                    SlidingWindows.of(Duration.millis(5))
                                        .every(Duration.millis(2))))
                            .apply("Collect", Combine.perKey(new Collect()))
                            .apply("Back", Window.into(WINDOWS))))
                .and(text(windowed.apply("First", Combine.perKey(new Collect()))))
                .apply(Flatten.pCollections()));
  }

  private static <V> PCollection<KV<Integer, String>> text(PCollection<KV<Integer, V>> results) {
    return results.apply(
        "Text of " + results.getName(),
        MapElements.into(TypeDescriptors.kvs(TypeDescriptors.integers(), TypeDescriptors.strings()))
            .via(result -> KV.of(result.getKey(), result.getValue().toString())));
  }

  private static void compare(Part part) {
    for (long seed = 1; seed <= 4; seed++) {
      List<Observation> sliced = run(part, seed, "--runner=SluiceRunner");
      assertThat(sliced).isNotEmpty();
      assertThat(run(part, seed, "--runner=SluiceRunner", "--encodeAtShuffle=ALWAYS"))
          .isEqualTo(sliced);
      assertThat(run(part, seed, "--runner=SluiceRunner", "--maxRecordsPerBatch=1"))
          .isEqualTo(sliced);
      assertThat(run(part, seed, "--runner=SluiceRunner", "--fastPaths=false")).isEqualTo(sliced);
      assertThat(run(part, seed, "--runner=DirectRunner", "--targetParallelism=1"))
          .isEqualTo(sliced);
    }
  }

  /** For what the direct runner refuses. */
  private static void compareWithoutSlices(Part part) {
    for (long seed = 1; seed <= 4; seed++) {
      assertThat(run(part, seed, "--runner=SluiceRunner", "--fastPaths=false"))
          .isNotEmpty()
          .isEqualTo(run(part, seed, "--runner=SluiceRunner"));
    }
  }

  private static List<Observation> run(Part part, long seed, String... options) {
    String run = UUID.randomUUID().toString();
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.fromArgs(options).create());
    PCollection<KV<Integer, Integer>> windowed =
        pipeline.apply("Read", stream(new Random(seed))).apply("Window", Window.into(WINDOWS));
    part.apply(windowed).apply("Record", ParDo.of(new Observations.Recording(run, "")));
    pipeline.run().waitUntilFinish();
    return Observations.take(run);
  }

  /** In order but for a few late elements, which are late for some of their windows or all. */
  private static TestStream<KV<Integer, Integer>> stream(Random random) {
    TestStream.Builder<KV<Integer, Integer>> stream =
        TestStream.create(KvCoder.of(VarIntCoder.of(), VarIntCoder.of()));
    long watermark = 0;
    int value = 0;
    for (int event = 0; event < 30; event++) {
      if (random.nextInt(3) == 0) {
        watermark += random.nextInt(8) == 0 ? 40 : random.nextInt(6);
        stream = stream.advanceWatermarkTo(Instant.ofEpochMilli(watermark));
      } else {
        List<TimestampedValue<KV<Integer, Integer>>> elements = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
          elements.add(
              TimestampedValue.of(
                  KV.of(random.nextInt(3), value++),
                  Instant.ofEpochMilli(Math.max(0, watermark - 6 + random.nextInt(15)))));
        }
        stream =
            stream.addElements(
                elements.get(0),
                elements.subList(1, elements.size()).toArray(TimestampedValue[]::new));
      }
    }
    return stream.advanceWatermarkToInfinity();
  }

  /** Gives timestamps whose own windows would be others. */
  private static final class Earlier extends DoFn<KV<Integer, Integer>, KV<Integer, Integer>> {
    private static final long serialVersionUID = 1;
    private static final Duration SHIFT = Duration.millis(4);

    @Override
    @Deprecated // there is no other way
    public Duration getAllowedTimestampSkew() {
      return SHIFT;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Integer> element,
        @Timestamp Instant timestamp,
        OutputReceiver<KV<Integer, Integer>> out) {
      out.outputWithTimestamp(element, timestamp.minus(SHIFT));
    }
  }

  private static final class Seeing extends DoFn<KV<Integer, Integer>, KV<Integer, Integer>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element KV<Integer, Integer> element,
        BoundedWindow window,
        OutputReceiver<KV<Integer, Integer>> out) {
      int begin = (int) ((IntervalWindow) window).start().getMillis();
      out.output(KV.of(element.getKey(), element.getValue() * 1000 + begin));
    }
  }

  /** Looks at windows where it does not say that it does. */
  private static final class Building extends DoFn<KV<Integer, Integer>, KV<Integer, Integer>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element KV<Integer, Integer> element, OutputReceiver<KV<Integer, Integer>> out) {
      OutputBuilder<KV<Integer, Integer>> builder = out.builder(element);
      for (BoundedWindow window : builder.getWindows()) {
        int begin = (int) ((IntervalWindow) window).start().getMillis();
        out.output(KV.of(element.getKey(), begin));
      }
      builder.output();
    }
  }

  /** Puts elements into windows of its own, some of which are those of others. */
  private static final class MakingUp extends DoFn<KV<Integer, Integer>, KV<Integer, Integer>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(ProcessContext context) {
      context.output(context.element());
      List<IntervalWindow> windows = new ArrayList<>(WINDOWS.assignWindows(context.timestamp()));
      context.outputWindowedValue(
          context.element(), context.timestamp(), windows.subList(0, 1), PaneInfo.NO_FIRING);
      context.outputWindowedValue(
          context.element(),
          context.timestamp(),
          List.of(new IntervalWindow(context.timestamp(), Duration.millis(7))),
          PaneInfo.NO_FIRING);
    }
  }

  private static final class Looking extends DoFn<KV<Integer, Integer>, KV<Integer, Integer>> {
    private static final long serialVersionUID = 1;

    private final PCollectionView<Long> count;

    Looking(PCollectionView<Long> count) {
      this.count = count;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      context.output(KV.of(context.element().getKey(), context.sideInput(count).intValue()));
    }
  }
}
