package dev.sluice.integration.differential;

import dev.sluice.integration.differential.Description.Again;
import dev.sluice.integration.differential.Description.Alone;
import dev.sluice.integration.differential.Description.Another;
import dev.sluice.integration.differential.Description.Bounded;
import dev.sluice.integration.differential.Description.Forked;
import dev.sluice.integration.differential.Description.Group;
import dev.sluice.integration.differential.Description.Grouping;
import dev.sluice.integration.differential.Description.Stateful;
import dev.sluice.integration.differential.Description.WithSideInput;
import dev.sluice.integration.differential.StreamEvent.Clock;
import dev.sluice.integration.differential.StreamEvent.Element;
import dev.sluice.integration.differential.StreamEvent.Elements;
import dev.sluice.integration.differential.StreamEvent.Watermark;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Redistribute;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Makes Beam's pipeline of a description. */
final class PipelineFactory {
  /** Outcome of the step under test. */
  static final String FIRST = "first";

  /** Outcome of the second grouping. */
  static final String SECOND = "second";

  /** Before the end, so that no timer on the clock is left; beyond any delay in a description. */
  private static final long A_LONG_TIME = Duration.standardDays(1000).getMillis();

  private static final Coder<KV<Integer, Integer>> CODER =
      KvCoder.of(VarIntCoder.of(), VarIntCoder.of());

  private final Description description;
  private final String run;

  private PipelineFactory(Description description, String run) {
    this.description = description;
    this.run = run;
  }

  /** A pipeline whose outcome is recorded under the name of the run. */
  static Pipeline pipeline(Description description, PipelineOptions options, String run) {
    Pipeline pipeline = Pipeline.create(options);
    new PipelineFactory(description, run).build(pipeline);
    return pipeline;
  }

  private void build(Pipeline pipeline) {
    PCollection<KV<Integer, Integer>> source =
        before(united(pipeline.apply("stream", stream(description.events()))));
    PCollection<KV<Integer, Integer>> windowed =
        source.apply("windows", description.windowing().window());
    PCollection<KV<Integer, String>> first =
        step(source, windowed).apply(FIRST, ParDo.of(new Observations.Recording(run, FIRST)));
    description.again().ifPresent(again -> again(again, first));
  }

  private static TestStream<KV<Integer, Integer>> stream(List<StreamEvent> events) {
    TestStream.Builder<KV<Integer, Integer>> stream = TestStream.create(CODER);
    for (StreamEvent event : events) {
      if (event instanceof Elements some) {
        List<TimestampedValue<KV<Integer, Integer>>> values =
            some.elements().stream().map(PipelineFactory::value).toList();
        stream =
            stream.addElements(
                values.get(0), values.subList(1, values.size()).toArray(new TimestampedValue[0]));
      } else if (event instanceof Watermark watermark) {
        stream = stream.advanceWatermarkTo(new Instant(watermark.to()));
      } else if (event instanceof Clock clock) {
        stream = stream.advanceProcessingTime(Duration.millis(clock.by()));
      }
    }
    return stream.advanceProcessingTime(Duration.millis(A_LONG_TIME)).advanceWatermarkToInfinity();
  }

  private static TimestampedValue<KV<Integer, Integer>> value(Element element) {
    return TimestampedValue.of(
        KV.of(element.key(), element.value()), new Instant(element.timestamp()));
  }

  private PCollection<KV<Integer, Integer>> united(PCollection<KV<Integer, Integer>> stream) {
    Pipeline pipeline = stream.getPipeline();
    Description.Branch branch = description.branch();
    if (branch instanceof Alone) {
      return stream;
    }
    if (branch instanceof Forked) {
      return united(
          stream.apply("even", Filter.by(element -> element.getValue() % 2 == 0)),
          stream.apply("odd", Filter.by(element -> element.getValue() % 2 != 0)));
    }
    PTransform<PBegin, PCollection<KV<Integer, Integer>>> other =
        branch instanceof Another another
            ? stream(another.events())
            : Create.timestamped(
                    ((Bounded) branch).elements().stream().map(PipelineFactory::value).toList())
                .withCoder(CODER);
    return united(stream, pipeline.apply("other", other));
  }

  private static PCollection<KV<Integer, Integer>> united(
      PCollection<KV<Integer, Integer>> one, PCollection<KV<Integer, Integer>> other) {
    return PCollectionList.of(one).and(other).apply("unite", Flatten.pCollections());
  }

  private PCollection<KV<Integer, Integer>> before(PCollection<KV<Integer, Integer>> input) {
    return switch (description.before()) {
      case NOTHING -> input;
      case PARDO -> input.apply("before", ParDo.of(new Pass()));
      case RESHUFFLE -> input.apply("before", Reshuffle.of());
      case REDISTRIBUTE -> input.apply("before", Redistribute.byKey());
      case SPLITTABLE -> input.apply("before", ParDo.of(new SplittablePass()));
    };
  }

  private PCollection<KV<Integer, String>> step(
      PCollection<KV<Integer, Integer>> source, PCollection<KV<Integer, Integer>> windowed) {
    Description.Step step = description.step();
    if (step instanceof Group group) {
      return grouped(group.grouping(), windowed);
    }
    if (step instanceof WithSideInput withSide) {
      return SideInputStep.apply(withSide, source, windowed);
    }
    StatefulShape shape = ((Stateful) step).shape();
    DoFn<KV<Integer, Integer>, KV<Integer, String>> fn =
        switch (shape.flavour()) {
          case PLAIN -> new StatefulStep(shape);
          case EXPIRING -> new ExpiringStep(shape);
          case SORTED -> new SortedStep(shape);
        };
    return coded(windowed.apply("stateful", ParDo.of(fn)));
  }

  private static PCollection<KV<Integer, String>> grouped(
      Grouping grouping, PCollection<KV<Integer, Integer>> windowed) {
    return switch (grouping) {
      case VALUES ->
          coded(
              windowed
                  .apply("group", GroupByKey.create())
                  .apply("text", ParDo.of(new Grouped<Integer>())));
      case COLLECT ->
          coded(
              windowed
                  .apply("group", Combine.perKey(new Collect()))
                  .apply("text", ParDo.of(new AsText<List<Integer>>())));
      case SUM ->
          coded(
              windowed
                  .apply("group", Sum.integersPerKey())
                  .apply("text", ParDo.of(new AsText<Integer>())));
      case HOT_SUM ->
          coded(
              windowed
                  .apply(
                      "group",
                      Combine.<Integer, Integer, Integer>perKey(Sum.ofIntegers())
                          .withHotKeyFanout(2))
                  .apply("text", ParDo.of(new AsText<Integer>())));
    };
  }

  private void again(Again again, PCollection<KV<Integer, String>> first) {
    PCollection<KV<Integer, String>> rekeyed =
        coded(first.apply("rekey", ParDo.of(new Rekey(again.keys()))));
    if (again.windowing().isPresent()) {
      Window<KV<Integer, String>> window = again.windowing().get().window();
      rekeyed = rekeyed.apply("windows again", window);
    }
    coded(
            rekeyed
                .apply("group again", GroupByKey.create())
                .apply("text again", ParDo.of(new Grouped<String>())))
        .apply(SECOND, ParDo.of(new Observations.Recording(run, SECOND)));
  }

  private static PCollection<KV<Integer, String>> coded(PCollection<KV<Integer, String>> output) {
    return output.setCoder(KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of()));
  }

  /** Passes elements on. */
  private static final class Pass extends DoFn<KV<Integer, Integer>, KV<Integer, Integer>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element KV<Integer, Integer> element, OutputReceiver<KV<Integer, Integer>> out) {
      out.output(element);
    }
  }

  /** The values of a group as text. */
  private static final class Grouped<T extends Comparable<? super T>>
      extends DoFn<KV<Integer, Iterable<T>>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<T>> group, OutputReceiver<KV<Integer, String>> out) {
      out.output(KV.of(group.getKey(), Text.sorted(group.getValue())));
    }
  }

  /** A combined value as text. */
  private static final class AsText<T> extends DoFn<KV<Integer, T>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element KV<Integer, T> combined, OutputReceiver<KV<Integer, String>> out) {
      out.output(KV.of(combined.getKey(), String.valueOf(combined.getValue())));
    }
  }

  /** Leaves so many keys, and names the former one in the value. */
  private static final class Rekey extends DoFn<KV<Integer, String>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;

    private final int keys;

    Rekey(int keys) {
      this.keys = keys;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, String> element, OutputReceiver<KV<Integer, String>> out) {
      int key = element.getKey();
      out.output(KV.of(key % keys, key + ":" + element.getValue()));
    }
  }
}
