package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.combine.InvertibleCombineFn;
import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.slices.SlicedWindows;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.CannotProvideCoderException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.MapCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.util.AppliedCombineFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** The same elements for a combine by slices and for one by windows. */
final class SlicedTwin {
  /** What an element that is combined by slices comes in. */
  enum In {
    SLICE,
    /** In its windows themselves: as from another input of a Flatten. */
    WINDOWS,
    /** In a window that the function would never assign. */
    ODD_WINDOW,
    /** So late in time that its windows end after all others. */
    END_OF_TIME
  }

  /** An element. */
  record Item(String key, String value, long timestamp, In in) {
    Instant at() {
      return in == In.END_OF_TIME
          ? GlobalWindow.INSTANCE.maxTimestamp().minus(60 - Math.abs(timestamp))
          : Instant.ofEpochMilli(timestamp);
    }
  }

  private final WindowingStrategy<?, ?> windowing;
  private final SlidingWindows windows;
  private final SlicedWindows slices;
  private final Combining values;
  private final FakeOperatorContext context = new FakeOperatorContext("precombine");
  private final Operator precombine;

  SlicedTwin(WindowingStrategy<?, ?> windowing, Combining values) {
    this.windowing = windowing;
    this.windows = (SlidingWindows) windowing.getWindowFn();
    this.slices = new SlicedWindows(windows);
    this.values = values;
    this.precombine =
        new PrecombineSpec(
                KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()),
                values.combineFn(),
                windowing)
            .sliced()
            .create(context);
  }

  /** The operator under test. */
  GroupingStage stage() {
    return new GroupingStage(
        GroupingStage.grouping(windowing, values.ofAccumulators()),
        (group, of) -> new SlicedCombineOperator(group, values, of));
  }

  /** The elements as everybody else knows them. */
  List<WindowedValue<?>> inWindows(List<Item> items) {
    List<WindowedValue<?>> elements = new ArrayList<>();
    for (Item item : items) {
      elements.add(
          WindowedValues.of(
              KV.of(item.key(), item.value()),
              item.at(),
              item.in() == In.ODD_WINDOW ? odd(item) : windows.assignWindows(item.at()),
              PaneInfo.NO_FIRING));
    }
    return elements;
  }

  /** The elements by slices, each an accumulator of its own. */
  List<WindowedValue<?>> alone(List<Item> items) {
    List<WindowedValue<?>> elements = new ArrayList<>();
    for (Item item : items) {
      for (BoundedWindow window : in(item)) {
        elements.add(
            WindowedValues.of(
                KV.of(item.key(), values.add(values.create(), item.value())),
                item.at(),
                window,
                PaneInfo.NO_FIRING));
      }
    }
    return elements;
  }

  /** The elements by slices, combined before the shuffle. */
  List<WindowedValue<?>> precombined(List<Item> items, long watermark) throws Exception {
    precombine.startBatch();
    for (Item item : items) {
      precombine.process(
          0,
          null,
          WindowedValues.of(
              KV.of(item.key(), item.value()), item.at(), in(item), PaneInfo.NO_FIRING));
    }
    precombine.finishBatch(watermark);
    return context.take(0);
  }

  private List<? extends BoundedWindow> in(Item item) {
    return switch (item.in()) {
      case SLICE, END_OF_TIME -> slices.assign(item.at());
      case WINDOWS -> List.copyOf(windows.assignWindows(item.at()));
      case ODD_WINDOW -> odd(item);
    };
  }

  private static List<IntervalWindow> odd(Item item) {
    return List.of(new IntervalWindow(item.at(), Duration.millis(9)));
  }

  /** Beam's count. */
  static Combining count() {
    return combining((CombineFn<?, ?, ?>) Count.combineFn());
  }

  /** A function with an inverse of its own. */
  static Combining letters() {
    return combining(new Letters());
  }

  /** A function without an inverse, with immutable accumulators. */
  static Combining greatest() {
    return combining(
        Combine.BinaryCombineFn.of((String a, String b) -> a.compareTo(b) > 0 ? a : b));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // strings come in, whatever comes out
  private static Combining combining(CombineFn<?, ?, ?> fn) {
    CombineFn<String, Object, Object> erased = (CombineFn<String, Object, Object>) fn;
    try {
      Coder<Object> accumulators =
          erased.getAccumulatorCoder(CoderRegistry.createDefault(), StringUtf8Coder.of());
      return new Combining(
          (Coder) StringUtf8Coder.of(),
          (AppliedCombineFn) AppliedCombineFn.withAccumulatorCoder(erased, accumulators));
    } catch (CannotProvideCoderException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How often each value has come; changes whatever accumulator it may. */
  private static final class Letters extends CombineFn<String, Map<String, Integer>, String>
      implements InvertibleCombineFn<Map<String, Integer>> {
    private static final long serialVersionUID = 1;

    @Override
    public Map<String, Integer> createAccumulator() {
      return new TreeMap<>();
    }

    @Override
    public Map<String, Integer> addInput(Map<String, Integer> accumulator, String input) {
      accumulator.merge(input, 1, Integer::sum);
      return accumulator;
    }

    @Override
    public Map<String, Integer> mergeAccumulators(Iterable<Map<String, Integer>> accumulators) {
      Map<String, Integer> merged = createAccumulator();
      for (Map<String, Integer> each : accumulators) {
        each.forEach((value, times) -> merged.merge(value, times, Integer::sum));
        each.clear();
      }
      return merged;
    }

    @Override
    public Map<String, Integer> subtract(
        Map<String, Integer> accumulator, Map<String, Integer> leaving) {
      leaving.forEach((value, times) -> accumulator.merge(value, -times, SlicedTwin::sumOrNothing));
      return accumulator;
    }

    @Override
    public String extractOutput(Map<String, Integer> accumulator) {
      String output = accumulator.toString();
      accumulator.clear();
      return output;
    }

    @Override
    public Coder<Map<String, Integer>> getAccumulatorCoder(
        CoderRegistry registry, Coder<String> inputCoder) {
      return new Sorted(MapCoder.of(StringUtf8Coder.of(), VarIntCoder.of()));
    }
  }

  private static Integer sumOrNothing(Integer left, Integer right) {
    return left + right == 0 ? null : Integer.valueOf(left + right);
  }

  /** Maps that are decoded in the order of their keys. */
  private static final class Sorted extends CustomCoder<Map<String, Integer>> {
    private static final long serialVersionUID = 1;

    private final Coder<Map<String, Integer>> maps;

    Sorted(Coder<Map<String, Integer>> maps) {
      this.maps = maps;
    }

    @Override
    public void encode(Map<String, Integer> value, OutputStream out) throws IOException {
      maps.encode(value, out);
    }

    @Override
    public Map<String, Integer> decode(InputStream in) throws IOException {
      return new TreeMap<>(maps.decode(in));
    }
  }
}
