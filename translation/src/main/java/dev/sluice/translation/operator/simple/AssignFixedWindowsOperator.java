package dev.sluice.translation.operator.simple;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * Puts elements into fixed windows as {@link AssignWindowsSpec} does for any function, but makes a
 * window only when the one before is over: elements that are near each other mostly share it. That
 * is right where a window covers exactly the times that are assigned to it. Before 1970 this is not
 * always so, since {@link FixedWindows} rounds negative times in another direction; those windows
 * are not used twice.
 */
final class AssignFixedWindowsOperator extends StatelessOperator {
  private final FixedWindows windowFn;
  private final ElementReceiver output;

  /** The window that was assigned last, for times from {@code begin} to before {@code end}. */
  private List<IntervalWindow> window;

  private long begin = Long.MAX_VALUE;
  private long end = Long.MIN_VALUE;

  AssignFixedWindowsOperator(FixedWindows windowFn, ElementReceiver output) {
    this.windowFn = windowFn;
    this.output = output;
  }

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    process(
        element.getValue(), element.getTimestamp(), element.getWindows(), element.getPaneInfo());
  }

  @Override
  public void process(
      Object value, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane)
      throws Exception {
    long millis = timestamp.getMillis();
    List<IntervalWindow> assigned =
        millis >= begin && millis < end ? window : windowOf(timestamp, millis);
    output.accept(value, timestamp, assigned, pane);
    // an element is put into its new window once for each that it was in
    for (int more = windows.size(); more > 1; more--) {
      output.accept(value, timestamp, assigned, pane);
    }
  }

  private List<IntervalWindow> windowOf(Instant timestamp, long millis) {
    List<IntervalWindow> assigned = List.of(windowFn.assignWindow(timestamp));
    long from = assigned.get(0).start().getMillis();
    long to = assigned.get(0).end().getMillis();
    if (from >= 0 && millis >= from && millis < to) {
      window = assigned;
      begin = from;
      end = to;
    }
    return assigned;
  }
}
