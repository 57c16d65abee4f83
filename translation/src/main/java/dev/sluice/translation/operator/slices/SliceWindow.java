package dev.sluice.translation.operator.slices;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;

/**
 * A slice in place of the windows that an element is in. No user code ever sees one: DoFns that
 * look at windows get the windows themselves.
 */
public final class SliceWindow extends BoundedWindow {
  private final Slices slices;
  private final long begin;
  private final long end;

  SliceWindow(Slices slices, long begin) {
    this.slices = slices;
    this.begin = begin;
    this.end = slices.end(begin);
  }

  /** The name of the slice. */
  public long begin() {
    return begin;
  }

  /** Whether a timestamp is in it. */
  boolean holds(long timestamp) {
    return begin <= timestamp && timestamp < end;
  }

  /** The windows it stands for. */
  public List<BoundedWindow> windows() {
    return slices.windows(begin);
  }

  /** The windows themselves, where a slice may stand for them; an element has one slice only. */
  public static Collection<? extends BoundedWindow> expanded(
      Collection<? extends BoundedWindow> windows) {
    Iterator<? extends BoundedWindow> each = windows.iterator();
    return each.hasNext() && each.next() instanceof SliceWindow slice ? slice.windows() : windows;
  }

  /** The element in the windows themselves. */
  public static <T> WindowedValue<T> expanded(WindowedValue<T> element) {
    Collection<? extends BoundedWindow> windows = expanded(element.getWindows());
    return windows == element.getWindows()
        ? element
        : WindowedValues.builder(element).setWindows(windows).build();
  }

  @Override
  public Instant maxTimestamp() {
    return Instant.ofEpochMilli(end - 1);
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || (other instanceof SliceWindow that && begin == that.begin && slices.equals(that.slices));
  }

  @Override
  public int hashCode() {
    return Long.hashCode(begin * 31 + 7);
  }

  @Override
  public String toString() {
    return "slice [" + Instant.ofEpochMilli(begin) + ".." + Instant.ofEpochMilli(end) + ")";
  }
}
