package dev.sluice.integration.differential;

import dev.sluice.integration.differential.StatefulShape.Cell;
import dev.sluice.integration.differential.StatefulShape.Output;
import dev.sluice.integration.differential.StatefulShape.TimerUse;
import dev.sluice.integration.differential.StatefulShape.Which;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.CombiningState;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.MultimapState;
import org.apache.beam.sdk.state.OrderedListState;
import org.apache.beam.sdk.state.SetState;
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
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * A DoFn with every kind of state and of timer, of which its shape says what is used. Whatever
 * comes out carries the contents of all used state, sorted where its order is open.
 */
@SuppressWarnings("UnusedVariable") // Beam looks at the declarations
final class StatefulStep extends DoFn<KV<Integer, Integer>, KV<Integer, String>> {
  private static final long serialVersionUID = 1;

  /** Contents of maps are spread over so many keys. */
  private static final int BUCKETS = 3;

  @StateId("value")
  private final StateSpec<ValueState<Integer>> valueSpec = StateSpecs.value(VarIntCoder.of());

  @StateId("bag")
  private final StateSpec<BagState<Integer>> bagSpec = StateSpecs.bag(VarIntCoder.of());

  @StateId("map")
  private final StateSpec<MapState<Integer, Integer>> mapSpec =
      StateSpecs.map(VarIntCoder.of(), VarIntCoder.of());

  @StateId("set")
  private final StateSpec<SetState<Integer>> setSpec = StateSpecs.set(VarIntCoder.of());

  @StateId("ordered")
  private final StateSpec<OrderedListState<Integer>> orderedSpec =
      StateSpecs.orderedList(VarIntCoder.of());

  @StateId("multimap")
  private final StateSpec<MultimapState<Integer, Integer>> multimapSpec =
      StateSpecs.multimap(VarIntCoder.of(), VarIntCoder.of());

  @StateId("sum")
  private final StateSpec<CombiningState<Integer, int[], Integer>> sumSpec =
      StateSpecs.combining(Sum.ofIntegers());

  /** How often timers have set themselves again. */
  @StateId("loops")
  private final StateSpec<ValueState<Integer>> loopsSpec = StateSpecs.value(VarIntCoder.of());

  /** Of the latest element; what a looping timer's output timestamp is made of. */
  @StateId("latest")
  private final StateSpec<ValueState<Long>> latestSpec = StateSpecs.value(VarLongCoder.of());

  @TimerId("event")
  private final TimerSpec eventSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @TimerId("aligned")
  private final TimerSpec alignedSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @TimerFamily("events")
  private final TimerSpec eventsSpec = TimerSpecs.timerMap(TimeDomain.EVENT_TIME);

  @TimerId("clock")
  private final TimerSpec clockSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @TimerFamily("clocks")
  private final TimerSpec clocksSpec = TimerSpecs.timerMap(TimeDomain.PROCESSING_TIME);

  private final StatefulShape shape;

  StatefulStep(StatefulShape shape) {
    this.shape = shape;
  }

  /** The state of a key and window. */
  record Cells(
      ValueState<Integer> value,
      BagState<Integer> bag,
      MapState<Integer, Integer> map,
      SetState<Integer> set,
      OrderedListState<Integer> ordered,
      MultimapState<Integer, Integer> multimap,
      CombiningState<Integer, int[], Integer> sum) {}

  /** The timers of a key and window. */
  record Timers(Timer event, Timer aligned, TimerMap events, Timer clock, TimerMap clocks) {
    Timer of(Which which, int value) {
      return switch (which) {
        case EVENT -> event;
        case ALIGNED -> aligned;
        case EVENT_FAMILY -> events.get("t" + value % BUCKETS);
        case CLOCK -> clock;
        case CLOCK_FAMILY -> clocks.get("t" + value % BUCKETS);
      };
    }
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Integer> element,
      @Timestamp Instant timestamp,
      BoundedWindow window,
      @StateId("value") ValueState<Integer> count,
      @StateId("bag") BagState<Integer> bag,
      @StateId("map") MapState<Integer, Integer> map,
      @StateId("set") SetState<Integer> set,
      @StateId("ordered") OrderedListState<Integer> ordered,
      @StateId("multimap") MultimapState<Integer, Integer> multimap,
      @StateId("sum") CombiningState<Integer, int[], Integer> sum,
      @StateId("latest") ValueState<Long> latest,
      @TimerId("event") Timer event,
      @TimerId("aligned") Timer aligned,
      @TimerFamily("events") TimerMap events,
      @TimerId("clock") Timer clock,
      @TimerFamily("clocks") TimerMap clocks,
      OutputReceiver<KV<Integer, String>> out) {
    Cells cells = new Cells(count, bag, map, set, ordered, multimap, sum);
    Timers timers = new Timers(event, aligned, events, clock, clocks);
    int value = element.getValue();
    for (Cell cell : shape.cells()) {
      add(cell, cells, value, timestamp);
    }
    latest.write(timestamp.getMillis());
    for (TimerUse use : shape.timers()) {
      Timer timer = timers.of(use.which(), value);
      if (use.cancelled() > 0 && value % use.cancelled() == 0) {
        timer.clear();
      } else {
        set(timer, use, timestamp, window);
      }
    }
    if (shape.echo()) {
      out.output(KV.of(element.getKey(), value + " " + contents(cells)));
    }
  }

  private static void set(Timer timer, TimerUse use, Instant timestamp, BoundedWindow window) {
    Timer withOutput =
        switch (use.output()) {
          case DEFAULT -> timer;
          case OF_ELEMENT -> timer.withOutputTimestamp(timestamp);
          case NONE -> timer.withNoOutputTimestamp();
        };
    Duration offset = Duration.millis(use.offset());
    switch (use.which()) {
      case EVENT, EVENT_FAMILY -> {
        Instant target = timestamp.plus(offset);
        Instant end = window.maxTimestamp();
        withOutput.set(target.isAfter(end) ? end : target);
      }
      case ALIGNED -> withOutput.align(offset).setRelative();
      case CLOCK, CLOCK_FAMILY -> withOutput.offset(offset).setRelative();
    }
  }

  private static void add(Cell cell, Cells cells, int value, Instant timestamp) {
    switch (cell) {
      case VALUE -> {
        Integer before = cells.value().read();
        cells.value().write(before == null ? 1 : before + 1);
      }
      case BAG -> cells.bag().add(value);
      case MAP -> {
        if (value % 4 == 0) {
          cells.map().remove(value % BUCKETS);
        } else if (value % 4 == 1) {
          var unused = cells.map().putIfAbsent(value % BUCKETS, value);
        } else {
          cells.map().put(value % BUCKETS, value);
        }
      }
      case SET -> {
        if (value % 4 == 0) {
          cells.set().remove(value % 5);
        } else if (value % 4 == 1) {
          var unused = cells.set().addIfAbsent(value % 5);
        } else {
          cells.set().add(value % 5);
        }
      }
      case ORDERED -> {
        cells.ordered().add(TimestampedValue.of(value, timestamp));
        if (value % 5 == 0) {
          cells.ordered().clearRange(timestamp.minus(1), timestamp);
        }
      }
      case MULTIMAP -> {
        if (value % 5 == 0) {
          cells.multimap().remove(value % BUCKETS);
        } else {
          cells.multimap().put(value % BUCKETS, value);
        }
      }
      case SUM -> cells.sum().add(value);
    }
  }

  private String contents(Cells cells) {
    StringBuilder text = new StringBuilder();
    for (Cell cell : shape.cells()) {
      text.append(cell).append('=').append(contents(cell, cells)).append(' ');
    }
    return text.toString().trim();
  }

  private static Object contents(Cell cell, Cells cells) {
    return switch (cell) {
      case VALUE -> String.valueOf(cells.value().read());
      case BAG -> sorted(cells.bag().read());
      case MAP -> entries(cells.map().entries().read());
      case SET -> sorted(cells.set().read());
      case ORDERED -> {
        List<String> list = new ArrayList<>();
        long last = Long.MIN_VALUE;
        for (TimestampedValue<Integer> each : cells.ordered().read()) {
          long timestamp = each.getTimestamp().getMillis();
          list.add((timestamp < last ? "OUT OF ORDER " : "") + each.getValue() + "@" + timestamp);
          last = timestamp;
        }
        Collections.sort(list);
        yield list;
      }
      case MULTIMAP -> {
        Map<Integer, List<Integer>> map = new TreeMap<>();
        for (Map.Entry<Integer, Integer> entry : cells.multimap().entries().read()) {
          map.computeIfAbsent(entry.getKey(), key -> new ArrayList<>()).add(entry.getValue());
        }
        map.values().forEach(Collections::sort);
        yield map;
      }
      case SUM -> cells.sum().read();
    };
  }

  private static Map<Integer, Integer> entries(Iterable<Map.Entry<Integer, Integer>> entries) {
    Map<Integer, Integer> map = new TreeMap<>();
    entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return map;
  }

  private static List<Integer> sorted(Iterable<Integer> values) {
    List<Integer> list = new ArrayList<>();
    values.forEach(list::add);
    Collections.sort(list);
    return list;
  }

  private void clear(Cells cells) {
    cells.value().clear();
    cells.bag().clear();
    cells.map().clear();
    cells.set().clear();
    cells.ordered().clear();
    cells.multimap().clear();
    cells.sum().clear();
  }

  /** What a timer of any kind does. */
  private void fire(
      Which which,
      String name,
      int key,
      BoundedWindow window,
      Instant fired,
      Timer timer,
      Cells cells,
      ValueState<Integer> loops,
      ValueState<Long> latest,
      OutputReceiver<KV<Integer, String>> out) {
    TimerUse use =
        shape.timers().stream().filter(each -> each.which() == which).findFirst().orElseThrow();
    String text = name + " " + contents(cells);
    if (use.output() == Output.NONE) {
      // The timer's own timestamp is none that an element could have.
      out.outputWithTimestamp(KV.of(key, text), window.maxTimestamp());
    } else {
      out.output(KV.of(key, text));
    }
    if (shape.clears()) {
      clear(cells);
    }
    Integer looped = loops.read();
    if (looped == null ? use.loops() > 0 : looped < use.loops()) {
      loops.write(looped == null ? 1 : looped + 1);
      boolean clock = which == Which.CLOCK || which == Which.CLOCK_FAMILY;
      if (clock) {
        timer
            .withOutputTimestamp(
                use.output() == Output.NONE ? window.maxTimestamp() : new Instant(latest.read()))
            .offset(Duration.millis(use.offset()))
            .setRelative();
      } else if (fired.plus(use.offset()).isBefore(window.maxTimestamp())) {
        timer.set(fired.plus(Duration.millis(use.offset())));
      }
    }
  }

  @OnTimer("event")
  public void onEvent(
      @Key Integer key,
      BoundedWindow window,
      OnTimerContext context,
      @TimerId("event") Timer timer,
      @StateId("value") ValueState<Integer> value,
      @StateId("bag") BagState<Integer> bag,
      @StateId("map") MapState<Integer, Integer> map,
      @StateId("set") SetState<Integer> set,
      @StateId("ordered") OrderedListState<Integer> ordered,
      @StateId("multimap") MultimapState<Integer, Integer> multimap,
      @StateId("sum") CombiningState<Integer, int[], Integer> sum,
      @StateId("loops") ValueState<Integer> loops,
      @StateId("latest") ValueState<Long> latest,
      OutputReceiver<KV<Integer, String>> out) {
    Cells cells = new Cells(value, bag, map, set, ordered, multimap, sum);
    Instant fired = context.fireTimestamp();
    fire(Which.EVENT, "event", key, window, fired, timer, cells, loops, latest, out);
  }

  @OnTimer("aligned")
  public void onAligned(
      @Key Integer key,
      BoundedWindow window,
      OnTimerContext context,
      @TimerId("aligned") Timer timer,
      @StateId("value") ValueState<Integer> value,
      @StateId("bag") BagState<Integer> bag,
      @StateId("map") MapState<Integer, Integer> map,
      @StateId("set") SetState<Integer> set,
      @StateId("ordered") OrderedListState<Integer> ordered,
      @StateId("multimap") MultimapState<Integer, Integer> multimap,
      @StateId("sum") CombiningState<Integer, int[], Integer> sum,
      @StateId("loops") ValueState<Integer> loops,
      @StateId("latest") ValueState<Long> latest,
      OutputReceiver<KV<Integer, String>> out) {
    Cells cells = new Cells(value, bag, map, set, ordered, multimap, sum);
    Instant fired = context.fireTimestamp();
    fire(Which.ALIGNED, "aligned", key, window, fired, timer, cells, loops, latest, out);
  }

  @OnTimerFamily("events")
  public void onEvents(
      @TimerId String id,
      @Key Integer key,
      BoundedWindow window,
      OnTimerContext context,
      @TimerFamily("events") TimerMap timers,
      @StateId("value") ValueState<Integer> value,
      @StateId("bag") BagState<Integer> bag,
      @StateId("map") MapState<Integer, Integer> map,
      @StateId("set") SetState<Integer> set,
      @StateId("ordered") OrderedListState<Integer> ordered,
      @StateId("multimap") MultimapState<Integer, Integer> multimap,
      @StateId("sum") CombiningState<Integer, int[], Integer> sum,
      @StateId("loops") ValueState<Integer> loops,
      @StateId("latest") ValueState<Long> latest,
      OutputReceiver<KV<Integer, String>> out) {
    Cells cells = new Cells(value, bag, map, set, ordered, multimap, sum);
    Instant fired = context.fireTimestamp();
    Timer timer = timers.get(id);
    fire(Which.EVENT_FAMILY, "events." + id, key, window, fired, timer, cells, loops, latest, out);
  }

  @OnTimer("clock")
  public void onClock(
      @Key Integer key,
      BoundedWindow window,
      OnTimerContext context,
      @TimerId("clock") Timer timer,
      @StateId("value") ValueState<Integer> value,
      @StateId("bag") BagState<Integer> bag,
      @StateId("map") MapState<Integer, Integer> map,
      @StateId("set") SetState<Integer> set,
      @StateId("ordered") OrderedListState<Integer> ordered,
      @StateId("multimap") MultimapState<Integer, Integer> multimap,
      @StateId("sum") CombiningState<Integer, int[], Integer> sum,
      @StateId("loops") ValueState<Integer> loops,
      @StateId("latest") ValueState<Long> latest,
      OutputReceiver<KV<Integer, String>> out) {
    Cells cells = new Cells(value, bag, map, set, ordered, multimap, sum);
    Instant fired = context.fireTimestamp();
    fire(Which.CLOCK, "clock", key, window, fired, timer, cells, loops, latest, out);
  }

  @OnTimerFamily("clocks")
  public void onClocks(
      @TimerId String id,
      @Key Integer key,
      BoundedWindow window,
      OnTimerContext context,
      @TimerFamily("clocks") TimerMap timers,
      @StateId("value") ValueState<Integer> value,
      @StateId("bag") BagState<Integer> bag,
      @StateId("map") MapState<Integer, Integer> map,
      @StateId("set") SetState<Integer> set,
      @StateId("ordered") OrderedListState<Integer> ordered,
      @StateId("multimap") MultimapState<Integer, Integer> multimap,
      @StateId("sum") CombiningState<Integer, int[], Integer> sum,
      @StateId("loops") ValueState<Integer> loops,
      @StateId("latest") ValueState<Long> latest,
      OutputReceiver<KV<Integer, String>> out) {
    Cells cells = new Cells(value, bag, map, set, ordered, multimap, sum);
    Instant fired = context.fireTimestamp();
    Timer timer = timers.get(id);
    fire(Which.CLOCK_FAMILY, "clocks." + id, key, window, fired, timer, cells, loops, latest, out);
  }
}
