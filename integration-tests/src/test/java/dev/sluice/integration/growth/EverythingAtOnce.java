package dev.sluice.integration.growth;

import dev.sluice.integration.pipelines.SteadySource;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;

/**
 * A streaming pipeline with all that keeps something for a while. Keys are new ones all the time:
 * {@value #PER_KEY} numbers in a row have one, so what is kept by key and not given back is seen.
 */
final class EverythingAtOnce {
  static final int PER_KEY = 20;

  /** The end of the last window that a grouping behind the source has fired. */
  private static final AtomicLong FIRED = new AtomicLong();

  private static final Duration WINDOW = Duration.standardSeconds(10);

  private EverythingAtOnce() {}

  /** The end of the last probed second of event time that is over. */
  static long fired() {
    return FIRED.get();
  }

  /** Builds it; one source never ends, so that the job outlives the other's end of time. */
  static void build(Pipeline pipeline, Tide tide) {
    FIRED.set(Long.MIN_VALUE);
    pipeline
        .apply(
            "Seconds passing", Read.from(new SteadySource(0, 1, SteadySource.Afterwards.SECONDS)))
        .apply("Nothing", ParDo.of(new Ignore<Long>()));
    PCollection<Long> numbers = pipeline.apply("Tide", Read.from(tide));
    PCollection<KV<Long, Long>> keyed =
        numbers.apply(WithKeys.of((Long i) -> i / PER_KEY).withKeyType(TypeDescriptors.longs()));
    PCollection<KV<Long, Long>> fixed = keyed.apply("Fixed", Window.into(FixedWindows.of(WINDOW)));

    windows(numbers, keyed, fixed);
    state(keyed, fixed);
    sideInput(numbers, fixed);
    join(fixed);
    numbers
        .apply("Seconds", Window.into(FixedWindows.of(Duration.standardSeconds(1))))
        .apply(WithKeys.<Integer, Long>of(0).withKeyType(TypeDescriptors.integers()))
        .apply("Probe", GroupByKey.create())
        .apply("Fired", ParDo.of(new Fired()));
  }

  private static void windows(
      PCollection<Long> numbers,
      PCollection<KV<Long, Long>> keyed,
      PCollection<KV<Long, Long>> fixed) {
    fixed.apply("Group", GroupByKey.create()).apply("Grouped", ParDo.of(new Ignore<>()));
    numbers
        .apply(
            "Sliding", Window.into(SlidingWindows.of(Duration.standardSeconds(30)).every(WINDOW)))
        .apply("Count", Count.perElement())
        .apply("Counted", ParDo.of(new Ignore<>()));
    keyed
        .apply("Sessions", Window.into(Sessions.withGapDuration(Duration.standardSeconds(5))))
        .apply("Session", GroupByKey.create())
        .apply("Met", ParDo.of(new Ignore<>()));
    keyed
        .apply(
            "Late",
            Window.<KV<Long, Long>>into(FixedWindows.of(WINDOW))
                .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(7)))
                .withAllowedLateness(WINDOW)
                .accumulatingFiredPanes())
        .apply("Triggered", GroupByKey.create())
        .apply("Panes", ParDo.of(new Ignore<>()));
  }

  private static void state(PCollection<KV<Long, Long>> keyed, PCollection<KV<Long, Long>> fixed) {
    keyed.apply("ClearedByTimer", ParDo.of(new ClearedByTimer()));
    fixed.apply("ClearedByWindow", ParDo.of(new ClearedByWindow()));
  }

  private static void sideInput(PCollection<Long> numbers, PCollection<KV<Long, Long>> fixed) {
    PCollectionView<Iterable<Long>> view =
        numbers
            .apply(
                "ForView",
                Window.<Long>into(FixedWindows.of(WINDOW))
                    .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(10)))
                    .withAllowedLateness(Duration.ZERO)
                    .discardingFiredPanes())
            .apply("View", View.asIterable());
    fixed.apply("Look", ParDo.of(new Look(view)).withSideInputs(view));
  }

  private static void join(PCollection<KV<Long, Long>> fixed) {
    PCollection<KV<Long, Long>> other =
        fixed
            .apply("Halves", ParDo.of(new EverySecond()))
            .setCoder(KvCoder.of(VarLongCoder.of(), VarLongCoder.of()));
    KeyedPCollectionTuple.of(new TupleTag<Long>("left"), fixed)
        .and(new TupleTag<Long>("right"), other)
        .apply("Join", CoGroupByKey.create())
        .apply("Joined", ParDo.of(new Ignore<>()));
  }

  static final class Ignore<T> extends DoFn<T, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element T element) {}
  }

  static final class EverySecond extends DoFn<KV<Long, Long>, KV<Long, Long>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element KV<Long, Long> element, OutputReceiver<KV<Long, Long>> out) {
      if (element.getValue() % 2 == 0) {
        out.output(element);
      }
    }
  }

  static final class Fired extends DoFn<KV<Integer, Iterable<Long>>, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(BoundedWindow window) {
      FIRED.accumulateAndGet(window.maxTimestamp().getMillis() + 1, Math::max);
    }
  }

  static final class Look extends DoFn<KV<Long, Long>, Void> {
    private static final long serialVersionUID = 1;
    private final PCollectionView<Iterable<Long>> view;

    Look(PCollectionView<Iterable<Long>> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c) {
      for (long number : c.sideInput(view)) {
        if (number < 0) {
          throw new IllegalStateException("never was a number below 0");
        }
      }
    }
  }

  /** State in the global window: a timer clears it five seconds after the key's last number. */
  static final class ClearedByTimer extends DoFn<KV<Long, Long>, Void> {
    private static final long serialVersionUID = 1;

    @StateId("value")
    private final StateSpec<ValueState<Long>> value = StateSpecs.value(VarLongCoder.of());

    @StateId("bag")
    private final StateSpec<BagState<Long>> bag = StateSpecs.bag(VarLongCoder.of());

    @StateId("map")
    private final StateSpec<MapState<Long, Long>> map =
        StateSpecs.map(VarLongCoder.of(), VarLongCoder.of());

    @TimerId("clear")
    private final TimerSpec clear = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(
        @Element KV<Long, Long> element,
        @StateId("value") ValueState<Long> last,
        @StateId("bag") BagState<Long> all,
        @StateId("map") MapState<Long, Long> byDigit,
        @TimerId("clear") Timer timer) {
      last.write(element.getValue());
      all.add(element.getValue());
      byDigit.put(element.getValue() % 10, element.getValue());
      timer.offset(Duration.standardSeconds(5)).setRelative();
    }

    @OnTimer("clear")
    public void onClear(
        @StateId("value") ValueState<Long> last,
        @StateId("bag") BagState<Long> all,
        @StateId("map") MapState<Long, Long> byDigit) {
      last.clear();
      all.clear();
      byDigit.clear();
    }
  }

  /** State that nobody clears: the window's end does. */
  static final class ClearedByWindow extends DoFn<KV<Long, Long>, Long> {
    private static final long serialVersionUID = 1;

    @StateId("value")
    private final StateSpec<ValueState<Long>> value = StateSpecs.value(VarLongCoder.of());

    @StateId("bag")
    private final StateSpec<BagState<Long>> bag = StateSpecs.bag(VarLongCoder.of());

    @StateId("map")
    private final StateSpec<MapState<Long, Long>> map =
        StateSpecs.map(VarLongCoder.of(), VarLongCoder.of());

    @ProcessElement
    public void process(
        @Element KV<Long, Long> element,
        @StateId("value") ValueState<Long> last,
        @StateId("bag") BagState<Long> all,
        @StateId("map") MapState<Long, Long> byDigit) {
      last.write(element.getValue());
      all.add(element.getValue());
      byDigit.put(element.getValue() % 10, element.getValue());
    }

    @OnWindowExpiration
    public void onExpiration(@StateId("value") ValueState<Long> last, OutputReceiver<Long> out) {
      Long value = last.read();
      if (value != null) {
        out.output(value);
      }
    }
  }
}
