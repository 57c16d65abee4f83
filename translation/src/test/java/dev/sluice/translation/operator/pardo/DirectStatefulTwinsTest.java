package dev.sluice.translation.operator.pardo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.runners.core.StatefulDoFnRunner;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.CombiningState;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerMap;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * State and timers do the same with Beam's runners in between and without, also when each takes
 * over what the other has saved: random streams with late elements, whose values tell the DoFn what
 * to do, random watermarks and clocks, snapshots, whole and of changes, committed or not, and
 * restores. Compared are outputs with all that belongs to them, watermarks, wake-ups, failures,
 * what is counted as dropped, and what is kept.
 */
class DirectStatefulTwinsTest {
  private static final KvCoder<String, List<String>> CODER =
      KvCoder.of(StringUtf8Coder.of(), ListCoder.of(StringUtf8Coder.of()));
  private static final int LATENESS = 15;

  enum Act {
    COUNT,
    UNCOUNT,
    REMEMBER,
    FORGET,
    SUM,
    PUT,
    TELL,
    TELL_LATER,
    SIDE,
    TIMER_AT_END,
    TIMER_SOON,
    TIMER_PAST,
    TIMER_HOLDING,
    TIMER_WITHOUT_HOLD,
    TIMER_RELATIVE,
    TIMER_ALIGNED,
    TIMER_CLEAR,
    PROCESSING_TIMER,
    PROCESSING_HOLDING,
    FAMILY,
    FAMILY_CLEAR,
    TIMER_TOO_LATE,
    TIMER_TOO_EARLY_HOLD
  }

  /** One batch: elements, then times, then perhaps a snapshot or more. */
  record Batch(List<Given> elements, int watermark, int clock, boolean draining, Ending ending) {}

  record Given(int key, int time, List<Act> acts) {}

  enum Ending {
    NOTHING,
    DELTA,
    DELTA_COMMITTED,
    FULL_COMMITTED,
    RESTORE,
    RESTORE_IN_THE_OTHER
  }

  @Property(tries = 400)
  void inFixedWindows(@ForAll("streams") List<Batch> stream) throws Exception {
    same(stream, WindowingStrategy.of(FixedWindows.of(Duration.millis(10))));
  }

  @Property(tries = 200)
  void withLateness(@ForAll("streams") List<Batch> stream) throws Exception {
    same(
        stream,
        WindowingStrategy.of(FixedWindows.of(Duration.millis(10)))
            .withAllowedLateness(Duration.millis(LATENESS)));
  }

  @Property(tries = 200)
  void inSlidingWindows(@ForAll("streams") List<Batch> stream) throws Exception {
    same(
        stream,
        WindowingStrategy.of(SlidingWindows.of(Duration.millis(20)).every(Duration.millis(10))));
  }

  @Property(tries = 200)
  void inTheGlobalWindow(@ForAll("streams") List<Batch> stream) throws Exception {
    same(stream, WindowingStrategy.globalDefault());
  }

  private static void same(List<Batch> stream, WindowingStrategy<?, ?> windowing) throws Exception {
    Twin general = new Twin(windowing, false);
    Twin direct = new Twin(windowing, true);
    int batch = 0;
    for (Batch next : stream) {
      String failure = general.run(next);
      assertThat(direct.run(next)).as("failure of batch %s", batch).isEqualTo(failure);
      if (!failure.isEmpty()) {
        // nothing but what elements ask for, or little would be compared
        assertThat(failure).containsAnyOf("Attempted to set an event-time", "Cannot output timer");
        return;
      }
      assertThat(direct.seen()).as("batch %s", batch).isEqualTo(general.seen());
      switch (next.ending()) {
        case RESTORE -> {
          general.restore(general.saved);
          direct.restore(direct.saved);
        }
        case RESTORE_IN_THE_OTHER -> {
          FakeSnapshot ofGeneral = general.saved;
          general.restore(direct.saved);
          direct.restore(ofGeneral);
        }
        default -> {}
      }
      batch++;
    }
    general.end();
    direct.end();
    assertThat(direct.seen()).as("the end").isEqualTo(general.seen());
  }

  @Provide
  Arbitrary<List<Batch>> streams() {
    Arbitrary<Act> usual =
        Arbitraries.of(Act.values())
            .filter(act -> act != Act.TIMER_TOO_LATE && act != Act.TIMER_TOO_EARLY_HOLD);
    Arbitrary<Act> acts =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(60, usual),
            net.jqwik.api.Tuple.of(
                1, Arbitraries.of(Act.TIMER_TOO_LATE, Act.TIMER_TOO_EARLY_HOLD)));
    Arbitrary<Given> given =
        Combinators.combine(
                Arbitraries.integers().between(0, 3),
                Arbitraries.integers().between(-12, 12),
                acts.list().ofMinSize(1).ofMaxSize(4))
            .as(Given::new);
    return Combinators.combine(
            given.list().ofMaxSize(6),
            Arbitraries.integers().between(0, 12),
            Arbitraries.integers().between(0, 12),
            Arbitraries.of(false, false, false, false, true),
            Arbitraries.of(Ending.class))
        .as(Batch::new)
        .list()
        .ofMaxSize(12);
  }

  /** An operator, general or direct, and what the world around it has of it. */
  private static final class Twin {
    private final WindowingStrategy<?, ?> windowing;
    private final ParDoSpec spec;
    private FakeOperatorContext context;
    private Operator operator;
    private FakeSnapshot saved = new FakeSnapshot();
    private long watermark = 0;
    private long clock = 0;

    Twin(WindowingStrategy<?, ?> windowing, boolean direct) throws Exception {
      this.windowing = windowing;
      ParDoSpec made = ParDoSpecs.of(new Told(), CODER, windowing, List.of());
      assertThat(made.isDirect()).isTrue();
      this.spec = direct ? made : made.withoutDirect();
      make();
    }

    private void make() throws Exception {
      context = new FakeOperatorContext("step");
      context.setProcessingTime(clock);
      operator = spec.create(context);
    }

    String run(Batch batch) throws Exception {
      context.take(0);
      context.take(1);
      clock += batch.clock();
      context.setProcessingTime(clock);
      if (batch.draining()) {
        context.drain();
      }
      context.nextBatch();
      operator.startBatch();
      try {
        for (Given given : batch.elements()) {
          long time = watermark + given.time();
          Key key = Key.encode(StringUtf8Coder.of(), "key" + given.key());
          operator.process(0, key, element(given, time));
        }
        watermark += batch.watermark();
        operator.finishBatch(watermark);
      } catch (Exception e) {
        operator.close();
        Throwable cause = e;
        while (cause.getCause() != null) {
          cause = cause.getCause();
        }
        return cause.toString();
      }
      save(batch.ending());
      return "";
    }

    private WindowedValue<?> element(Given given, long time) throws Exception {
      KV<String, List<String>> value =
          KV.of("key" + given.key(), given.acts().stream().map(Act::name).toList());
      PaneInfo pane = PaneInfo.createPane(true, false, PaneInfo.Timing.ON_TIME, 0, 0);
      return given.key() == 3
          ? WindowedValues.of(
              value,
              new Instant(time),
              windows(time),
              pane,
              "id",
              4L,
              CausedByDrain.CAUSED_BY_DRAIN)
          : WindowedValues.of(value, new Instant(time), windows(time), pane);
    }

    private List<BoundedWindow> windows(long time) {
      List<BoundedWindow> in = new ArrayList<>();
      if (windowing.getWindowFn() instanceof FixedWindows) {
        in.add(window(Math.floorDiv(time, 10) * 10, 10));
      } else if (windowing.getWindowFn() instanceof SlidingWindows) {
        in.add(window(Math.floorDiv(time, 10) * 10, 20));
        in.add(window(Math.floorDiv(time, 10) * 10 - 10, 20));
      } else {
        in.add(GlobalWindow.INSTANCE);
      }
      return in;
    }

    private static BoundedWindow window(long start, long size) {
      return new IntervalWindow(new Instant(start), new Instant(start + size));
    }

    private void save(Ending ending) throws Exception {
      switch (ending) {
        case NOTHING -> {}
        case DELTA -> {
          operator.snapshot(new FakeSnapshot(), false);
          operator.snapshotCommitted(false);
        }
        case DELTA_COMMITTED -> {
          operator.snapshot(saved, false);
          operator.snapshotCommitted(true);
        }
        case FULL_COMMITTED, RESTORE, RESTORE_IN_THE_OTHER -> {
          saved = new FakeSnapshot();
          operator.snapshot(saved, true);
          operator.snapshotCommitted(true);
        }
      }
    }

    void restore(FakeSnapshot from) throws Exception {
      long output = operator.outputWatermark();
      operator.close();
      make();
      operator.restore(from);
      operator.restoreWatermarks(watermark, output);
      saved = from;
    }

    /** All windows end. */
    void end() throws Exception {
      context.take(0);
      context.take(1);
      context.nextBatch();
      operator.startBatch();
      operator.finishBatch(BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis());
      assertThat(snapshotSize()).isZero();
    }

    private int snapshotSize() throws Exception {
      FakeSnapshot all = new FakeSnapshot();
      operator.snapshot(all, true);
      operator.snapshotCommitted(false);
      return all.size();
    }

    List<Object> seen() throws Exception {
      MetricName dropped =
          MetricName.named(
              StatefulDoFnRunner.class, StatefulDoFnRunner.DROPPED_DUE_TO_LATENESS_COUNTER);
      return List.of(
          described(context.outputs(0)),
          described(context.outputs(1)),
          operator.outputWatermark(),
          operator.nextWakeUp(),
          context.metrics().getCounter(dropped).getCumulative(),
          snapshotSize());
    }

    private static List<String> described(List<WindowedValue<?>> elements) {
      return elements.stream()
          .map(
              e ->
                  e.getValue()
                      + " at "
                      + e.getTimestamp()
                      + " in "
                      + e.getWindows()
                      + e.getPaneInfo()
                      + e.getRecordId()
                      + e.causedByDrain())
          .toList();
    }
  }

  /** Does what elements say. */
  static final class Told extends DoFn<KV<String, List<String>>, String> {
    private static final long serialVersionUID = 1;

    @StateId("count")
    private final StateSpec<ValueState<Long>> count = StateSpecs.value(VarLongCoder.of());

    @StateId("bag")
    private final StateSpec<BagState<String>> bag = StateSpecs.bag(StringUtf8Coder.of());

    @StateId("sum")
    private final StateSpec<CombiningState<Long, long[], Long>> sum =
        StateSpecs.combining(
            Sum.ofLongs().getAccumulatorCoder(CoderRegistry.createDefault(), VarLongCoder.of()),
            Sum.ofLongs());

    @StateId("map")
    private final StateSpec<MapState<String, Long>> map =
        StateSpecs.map(StringUtf8Coder.of(), VarLongCoder.of());

    @TimerId("event")
    private final TimerSpec event = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @TimerId("processing")
    private final TimerSpec processing = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    @TimerFamily("family")
    @SuppressWarnings("unused") // found by its annotation
    private final TimerSpec family = TimerSpecs.timerMap(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(
        @Element KV<String, List<String>> element,
        @Timestamp Instant at,
        BoundedWindow window,
        @StateId("count") ValueState<Long> counted,
        @StateId("bag") BagState<String> remembered,
        @StateId("sum") CombiningState<Long, long[], Long> summed,
        @StateId("map") MapState<String, Long> mapped,
        @TimerId("event") Timer eventTimer,
        @TimerId("processing") Timer processingTimer,
        @TimerFamily("family") TimerMap timers,
        OutputReceiver<String> out,
        MultiOutputReceiver all) {
      Instant end = window.maxTimestamp();
      for (String act : element.getValue()) {
        switch (Act.valueOf(act)) {
          case COUNT -> counted.write(counted.read() == null ? 1 : counted.read() + 1);
          case UNCOUNT -> counted.clear();
          case REMEMBER -> remembered.add(at.toString());
          case FORGET -> remembered.clear();
          case SUM -> summed.add(at.getMillis());
          case PUT -> mapped.put("k" + at.getMillis() % 3, at.getMillis());
          case TELL ->
              out.output(
                  element.getKey() + counted.read() + remembered.read() + summed.read() + end);
          case TELL_LATER -> out.outputWithTimestamp("later", at.plus(1));
          case SIDE -> all.get(ParDoSpecs.SIDE).output("side");
          case TIMER_AT_END -> eventTimer.set(end);
          case TIMER_SOON -> eventTimer.set(earlier(at.plus(3), end));
          case TIMER_PAST -> eventTimer.set(earlier(at.minus(30), end));
          case TIMER_HOLDING -> eventTimer.withOutputTimestamp(at).set(end);
          case TIMER_WITHOUT_HOLD -> eventTimer.withNoOutputTimestamp().set(end);
          case TIMER_RELATIVE -> eventTimer.offset(Duration.millis(4)).setRelative();
          case TIMER_ALIGNED ->
              eventTimer.align(Duration.millis(7)).offset(Duration.millis(2)).setRelative();
          case TIMER_CLEAR -> eventTimer.clear();
          case PROCESSING_TIMER -> processingTimer.offset(Duration.millis(5)).setRelative();
          case PROCESSING_HOLDING ->
              processingTimer
                  .withOutputTimestamp(earlier(at.plus(1), end))
                  .offset(Duration.millis(9))
                  .setRelative();
          case FAMILY -> timers.set("f" + at.getMillis() % 2, earlier(at.plus(2), end));
          case FAMILY_CLEAR -> timers.get("f0").clear();
          case TIMER_TOO_LATE -> eventTimer.set(BoundedWindow.TIMESTAMP_MAX_VALUE.plus(10));
          case TIMER_TOO_EARLY_HOLD -> eventTimer.withOutputTimestamp(at.minus(1)).set(end);
        }
      }
    }

    private static Instant earlier(Instant a, Instant b) {
      return a.isBefore(b) ? a : b;
    }

    @OnTimer("event")
    public void onEvent(
        OnTimerContext context,
        @Key String key,
        @Timestamp Instant at,
        TimeDomain domain,
        BoundedWindow window,
        CausedByDrain drain,
        @StateId("count") ValueState<Long> counted,
        @StateId("bag") BagState<String> remembered,
        @StateId("map") MapState<String, Long> mapped,
        @TimerId("event") Timer eventTimer,
        OutputReceiver<String> out,
        MultiOutputReceiver all) {
      String told =
          key
              + at
              + domain
              + context.fireTimestamp()
              + context.timestamp()
              + context.window()
              + context.timeDomain()
              + counted.read()
              + new TreeSet<>(bagOf(remembered))
              + drain;
      if (!at.isAfter(BoundedWindow.TIMESTAMP_MAX_VALUE)) {
        out.output(told);
        all.get(ParDoSpecs.SIDE).output(told);
        context.outputWithTimestamp(told, at.plus(1));
        context.output(ParDoSpecs.SIDE, "context");
      }
      long before = counted.read() == null ? 0 : counted.read();
      counted.write(before + 1);
      mapped.put("fired", before);
      if (before % 3 == 1 && context.fireTimestamp().plus(4).isBefore(window.maxTimestamp())) {
        eventTimer.set(context.fireTimestamp().plus(4));
      } else if (before % 3 == 2) {
        counted.clear();
      }
    }

    private static List<String> bagOf(BagState<String> bag) {
      List<String> all = new ArrayList<>();
      bag.read().forEach(all::add);
      return all;
    }

    @OnTimer("processing")
    public void onProcessing(
        @Key String key,
        @Timestamp Instant at,
        @StateId("sum") CombiningState<Long, long[], Long> summed,
        @TimerId("event") Timer eventTimer,
        @TimerId("processing") Timer again,
        OutputReceiver<String> out) {
      out.output(key + " processing " + at + summed.read());
      summed.add(1L);
      if (summed.read() % 2 == 0) {
        again.offset(Duration.millis(3)).setRelative();
      }
    }

    @OnTimerFamily("family")
    public void onFamily(
        @TimerId String id,
        @Key String key,
        @TimerFamily("family") TimerMap timers,
        @StateId("bag") BagState<String> remembered,
        OutputReceiver<String> out) {
      out.output(key + " family " + id);
      remembered.add(id);
      timers.get("f1").clear();
    }
  }
}
