package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Instant;

/** One grouping operator under test, fed with strings. */
final class GroupingStage {
  static final long MIN = BeamTime.MIN;
  static final long MAX = BeamTime.MAX;

  /** Makes an operator. */
  interface Maker {
    Operator make(GroupDefinition group, OperatorContext context);
  }

  private final GroupDefinition group;
  private final Maker maker;
  private FakeOperatorContext context = new FakeOperatorContext("group");
  private Operator operator;
  private long watermark = MIN;

  GroupingStage(GroupDefinition group, Maker maker) {
    this.group = group;
    this.maker = maker;
    this.operator = maker.make(group, context);
  }

  @SuppressWarnings("unchecked")
  static GroupDefinition grouping(WindowingStrategy<?, ?> windowing) {
    return grouping(windowing, new Buffering((Coder<Object>) (Coder<?>) StringUtf8Coder.of()));
  }

  @SuppressWarnings("unchecked")
  static GroupDefinition grouping(WindowingStrategy<?, ?> windowing, Reduction reduction) {
    return new GroupDefinition(
        (Coder<Object>) (Coder<?>) StringUtf8Coder.of(),
        (WindowingStrategy<Object, BoundedWindow>) windowing,
        reduction);
  }

  FakeOperatorContext context() {
    return context;
  }

  Operator operator() {
    return operator;
  }

  /** One batch: elements at the watermark so far, then the new one. */
  GroupingStage batch(long newWatermark, List<WindowedValue<?>> elements) throws Exception {
    operator.startBatch();
    for (WindowedValue<?> element : elements) {
      String key = (String) ((KV<?, ?>) element.getValue()).getKey();
      operator.process(0, Key.encode(StringUtf8Coder.of(), key), element);
    }
    operator.finishBatch(newWatermark);
    watermark = newWatermark;
    return this;
  }

  GroupingStage batch(long newWatermark, WindowedValue<?>... elements) throws Exception {
    return batch(newWatermark, Arrays.asList(elements));
  }

  /** Saves the state, and goes on with a new operator that was restored from it. */
  void restart(FakeSnapshot rows, boolean full) throws Exception {
    operator.snapshot(rows, full);
    operator.snapshotCommitted(true);
    long outputWatermark = operator.outputWatermark();
    FakeOperatorContext next = new FakeOperatorContext("group");
    next.setProcessingTime(context.processingTime());
    next.outputs(0).addAll(context.take(0));
    operator.close();
    context = next;
    operator = maker.make(group, context);
    operator.restore(rows);
    operator.restoreWatermarks(watermark, outputWatermark);
  }

  /** Whether the strategy's function puts an element into any window. */
  boolean hasWindows(long timestamp) throws Exception {
    return !windows("", Instant.ofEpochMilli(timestamp)).isEmpty();
  }

  /** An element in the windows that the strategy's function assigns. */
  WindowedValue<?> element(String key, String value, long timestamp) throws Exception {
    Instant at = Instant.ofEpochMilli(timestamp);
    return WindowedValues.of(KV.of(key, value), at, windows(value, at), PaneInfo.NO_FIRING);
  }

  private Collection<? extends BoundedWindow> windows(String value, Instant at) throws Exception {
    WindowFn<Object, BoundedWindow> fn = group.windowing().getWindowFn();
    return fn.assignWindows(
        fn.new AssignContext() {
          @Override
          public Object element() {
            return value;
          }

          @Override
          public Instant timestamp() {
            return at;
          }

          @Override
          public BoundedWindow window() {
            return GlobalWindow.INSTANCE;
          }
        });
  }

  /** What came out, in a form that can be compared. */
  List<Pane> take() {
    List<Pane> panes = new ArrayList<>();
    for (WindowedValue<?> element : context.take(0)) {
      panes.add(Pane.of(element));
    }
    return panes;
  }

  /** A result. */
  record Pane(
      Object key, Object value, long timestamp, List<BoundedWindow> windows, PaneInfo pane) {
    static Pane of(WindowedValue<?> element) {
      KV<?, ?> kv = (KV<?, ?>) element.getValue();
      Object value = kv.getValue();
      if (value instanceof Iterable<?> iterable) {
        List<String> values = new ArrayList<>();
        iterable.forEach(one -> values.add(String.valueOf(one)));
        value = values;
      }
      return new Pane(
          kv.getKey(),
          value,
          element.getTimestamp().getMillis(),
          List.copyOf(element.getWindows()),
          element.getPaneInfo());
    }

    /** The same with its values in an order of their own. */
    Pane sorted() {
      if (value instanceof List<?> values) {
        List<String> ordered = new ArrayList<>();
        values.forEach(one -> ordered.add((String) one));
        ordered.sort(String::compareTo);
        return new Pane(key, ordered, timestamp, windows, pane);
      }
      return this;
    }
  }
}
