package dev.sluice.integration.recovery;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * A streaming pipeline with everything that keeps something from batch to batch, whose results do
 * not depend on how the stream is cut. They go to a sink that takes the n-th result of a kind once,
 * however often it is given: what a transactional sink would hold.
 */
final class KeepsEverything {
  private static final int KEYS = 13;
  private static final Duration WINDOW = Duration.millis(50);
  private static final Map<String, Set<String>> SINKS = new ConcurrentHashMap<>();

  private KeepsEverything() {}

  /** What came to a sink. */
  static Set<String> sink(String name) {
    return SINKS.computeIfAbsent(name, absent -> new ConcurrentSkipListSet<>());
  }

  /** Builds it. */
  static Pipeline build(Pipeline pipeline, String name, long numbers) {
    PCollection<Long> all =
        pipeline.apply("Numbers", Read.from(new GatedSource(name, numbers, false)));
    PCollection<Long> twice =
        pipeline.apply("Twice", Read.from(new GatedSource(name, numbers / 4, true)));
    PCollection<KV<Long, Long>> keyed = all.apply("Key", keys());
    PCollectionList<String> results =
        PCollectionList.of(windows(keyed))
            .and(sliding(keyed))
            .and(sessions(all))
            .and(late(keyed))
            .and(keyed.apply("Timers", ParDo.of(new SumBefore())))
            .and(keyed.apply("Later", ParDo.of(new Later())))
            .and(lookedUp(all, keyed))
            .and(all.apply("Split", ParDo.of(new CountedDown())))
            .and(twice.apply("Text of twice", text(number -> "twice " + number)))
            .and(
                pipeline
                    .apply("Bounded", GenerateSequence.from(0).to(500))
                    .apply("Text of bounded", text(number -> "bounded " + number)))
            .and(
                all.apply("Reshuffle", Reshuffle.viaRandomKey())
                    .apply("Text of reshuffled", text(number -> "reshuffled " + number)))
            .and(batches(keyed));
    PCollectionList<String> global = PCollectionList.empty(pipeline);
    int i = 0;
    for (PCollection<String> result : results.getAll()) {
      global = global.and(result.apply("Global " + i++, Window.into(new GlobalWindows())));
    }
    global
        .apply("Results", Flatten.pCollections())
        .apply(
            "Key of result",
            WithKeys.of((String line) -> line).withKeyType(TypeDescriptors.strings()))
        .apply("Sink", ParDo.of(new Sink(name)));
    return pipeline;
  }

  private static WithKeys<Long, Long> keys() {
    return WithKeys.of((Long number) -> number % KEYS).withKeyType(TypeDescriptors.longs());
  }

  private static <T> MapElements<T, String> text(SerializableFunction<T, String> text) {
    return MapElements.into(TypeDescriptors.strings()).via(text);
  }

  private static PCollection<String> windows(PCollection<KV<Long, Long>> keyed) {
    return keyed
        .apply("Fixed", Window.into(FixedWindows.of(WINDOW)))
        .apply("Sum", Sum.longsPerKey())
        .apply("Text of sums", ParDo.of(new WithWindow<>("sum")));
  }

  private static PCollection<String> sliding(PCollection<KV<Long, Long>> keyed) {
    return keyed
        .apply(
            "Sliding",
            Window.into(SlidingWindows.of(Duration.millis(90)).every(Duration.millis(30))))
        .apply("Count", Count.perKey())
        .apply("Text of counts", ParDo.of(new WithWindow<>("count")));
  }

  /** A key has a few numbers in a row, then a gap. */
  private static PCollection<String> sessions(PCollection<Long> numbers) {
    return numbers
        .apply(
            "Key by run", WithKeys.of((Long n) -> n / 20 % 7).withKeyType(TypeDescriptors.longs()))
        .apply("Sessions", Window.into(Sessions.withGapDuration(Duration.millis(30))))
        .apply("Group", GroupByKey.create())
        .apply("Sort", MapElements.into(new TypeDescriptor<KV<Long, String>>() {}).via(Sorted::of))
        .apply("Text of sessions", ParDo.of(new WithWindow<>("session")));
  }

  private static PCollection<String> late(PCollection<KV<Long, Long>> keyed) {
    return keyed
        .apply(
            "Late",
            Window.<KV<Long, Long>>into(FixedWindows.of(WINDOW))
                .withAllowedLateness(WINDOW)
                .discardingFiredPanes())
        .apply("Group late", GroupByKey.create())
        .apply(
            "Sort late",
            MapElements.into(new TypeDescriptor<KV<Long, String>>() {}).via(Sorted::of))
        .apply("Text of late", ParDo.of(new WithWindow<>("late")));
  }

  private static PCollection<String> lookedUp(
      PCollection<Long> numbers, PCollection<KV<Long, Long>> keyed) {
    PCollectionView<Long> count =
        numbers
            .apply("For view", Window.into(FixedWindows.of(WINDOW)))
            .apply(
                "Numbers of window", Combine.globally(Count.<Long>combineFn()).asSingletonView());
    return keyed
        .apply("Main", Window.into(FixedWindows.of(WINDOW)))
        .apply("Look", ParDo.of(new Look(count)).withSideInputs(count));
  }

  private static PCollection<String> batches(PCollection<KV<Long, Long>> keyed) {
    return keyed
        .apply("Batches", GroupIntoBatches.ofSize(7))
        .apply("Elements of batches", ParDo.of(new Elements()));
  }

  /** Values in order. */
  private static final class Sorted {
    static KV<Long, String> of(KV<Long, Iterable<Long>> group) {
      return KV.of(
          group.getKey(),
          StreamSupport.stream(group.getValue().spliterator(), false)
              .collect(Collectors.toCollection(TreeSet::new))
              .toString());
    }
  }

  static final class Elements extends DoFn<KV<Long, Iterable<Long>>, String> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element KV<Long, Iterable<Long>> batch, OutputReceiver<String> out) {
      batch.getValue().forEach(number -> out.output("batched " + batch.getKey() + " " + number));
    }
  }

  static final class WithWindow<V> extends DoFn<KV<Long, V>, String> {
    private static final long serialVersionUID = 1;
    private final String what;

    WithWindow(String what) {
      this.what = what;
    }

    @ProcessElement
    public void process(
        @Element KV<Long, V> result, BoundedWindow window, OutputReceiver<String> out) {
      out.output(what + " " + window + " " + result.getKey() + ": " + result.getValue());
    }
  }

  static final class Look extends DoFn<KV<Long, Long>, String> {
    private static final long serialVersionUID = 1;
    private final PCollectionView<Long> view;

    Look(PCollectionView<Long> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c) {
      c.output("looked " + c.element().getValue() + ": " + c.sideInput(view));
    }
  }

  /** For a while, every 20 milliseconds of event time the sum of what came before, per key. */
  static final class SumBefore extends DoFn<KV<Long, Long>, String> {
    private static final long serialVersionUID = 1;

    @StateId("numbers")
    private final StateSpec<BagState<Long>> numbers = StateSpecs.bag(VarLongCoder.of());

    @StateId("key")
    private final StateSpec<ValueState<Long>> key = StateSpecs.value(VarLongCoder.of());

    @TimerId("tick")
    private final TimerSpec tick = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(
        @Element KV<Long, Long> element,
        @StateId("numbers") BagState<Long> all,
        @StateId("key") ValueState<Long> own,
        @TimerId("tick") Timer timer) {
      if (own.read() == null) {
        own.write(element.getKey());
        timer.set(new Instant(element.getKey() / 20 * 20 + 20));
      }
      all.add(element.getValue());
    }

    @OnTimer("tick")
    public void onTick(
        @Timestamp Instant now,
        @StateId("numbers") BagState<Long> all,
        @StateId("key") ValueState<Long> own,
        @TimerId("tick") Timer timer,
        OutputReceiver<String> out) {
      long sum = 0;
      for (long number : all.read()) {
        sum += number < now.getMillis() ? number : 0;
      }
      out.output("before " + now.getMillis() + " of " + own.read() + ": " + sum);
      if (now.getMillis() < 1_500) {
        timer.set(now.plus(Duration.millis(20)));
      }
    }
  }

  /** Gives each number two milliseconds of processing time later. */
  static final class Later extends DoFn<KV<Long, Long>, String> {
    private static final long serialVersionUID = 1;

    @StateId("numbers")
    private final StateSpec<BagState<Long>> numbers = StateSpecs.bag(VarLongCoder.of());

    @TimerId("later")
    private final TimerSpec later = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    @ProcessElement
    public void process(
        @Element KV<Long, Long> element,
        @StateId("numbers") BagState<Long> all,
        @TimerId("later") Timer timer) {
      all.add(element.getValue());
      timer.offset(Duration.millis(2)).setRelative();
    }

    @OnTimer("later")
    public void onLater(@StateId("numbers") BagState<Long> all, OutputReceiver<String> out) {
      all.read().forEach(number -> out.output("later " + number));
      all.clear();
    }
  }

  /** Of every 40th number ten results, three at a time. */
  @DoFn.UnboundedPerElement
  static final class CountedDown extends DoFn<Long, String> {
    private static final long serialVersionUID = 1;

    @GetInitialRestriction
    public OffsetRange initial(@Element Long number) {
      return new OffsetRange(0, number % 40 == 0 ? 10 : 0);
    }

    @ProcessElement
    public ProcessContinuation process(
        @Element Long number,
        RestrictionTracker<OffsetRange, Long> tracker,
        OutputReceiver<String> out) {
      long from = tracker.currentRestriction().getFrom();
      for (long place = from; place < from + 3; place++) {
        if (!tracker.tryClaim(place)) {
          return ProcessContinuation.stop();
        }
        out.output("split " + number + " " + place);
      }
      return ProcessContinuation.resume().withResumeDelay(Duration.millis(1));
    }
  }

  /** Counts the results of each kind, so that each of them is told apart. */
  static final class Sink extends DoFn<KV<String, String>, Void> {
    private static final long serialVersionUID = 1;
    private final String name;

    @StateId("count")
    private final StateSpec<ValueState<Long>> count = StateSpecs.value(VarLongCoder.of());

    Sink(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(
        @Element KV<String, String> result, @StateId("count") ValueState<Long> counted) {
      Long before = counted.read();
      long now = before == null ? 1 : before + 1;
      counted.write(now);
      sink(name).add(result.getValue() + " #" + now);
    }
  }
}
