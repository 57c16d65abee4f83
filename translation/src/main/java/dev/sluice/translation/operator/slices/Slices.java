package dev.sluice.translation.operator.slices;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * How time is cut by sliding windows that overlap: at the begin and at the end of each window.
 * Between two cuts all timestamps are in the same windows, so a slice stands for them, and each
 * window is a run of whole slices. A period has one slice if it divides the size, otherwise two,
 * however small their greatest common divisor is.
 *
 * <pre>
 *   size 5, period 2    |---------|
 *                           |---------|
 *                               |---------|
 *   slices              | |  | |  | |  |  (begins at multiples of 2, ends at odd numbers)
 * </pre>
 *
 * <p>Beam assigns timestamps before {@code offset - period} differently: there a window begins to
 * take elements one period earlier, just after the begin of the window before ({@link #reach}).
 * Windows are still runs of slices, which begin a millisecond later.
 *
 * <p>Slices and windows are named by the millisecond in which they begin.
 *
 * @param size of windows, milliseconds
 * @param period from window to window, less than the size
 * @param offset of the first window from the epoch
 */
public record Slices(long size, long period, long offset) implements Serializable {
  private static final long LAST = GlobalWindow.INSTANCE.maxTimestamp().getMillis();

  /** The slices of a window function that {@link #fit}. */
  public static Slices of(SlidingWindows windows) {
    return new Slices(
        windows.getSize().getMillis(),
        windows.getPeriod().getMillis(),
        windows.getOffset().getMillis());
  }

  /** Whether the function's windows overlap; if not, there is nothing to gain. */
  public static boolean fit(SlidingWindows windows) {
    return windows.getPeriod().isShorterThan(windows.getSize());
  }

  /** The slice of a timestamp. */
  public long begin(long timestamp) {
    long byEnd = floor(timestamp, offset + size);
    if (isEarly(timestamp)) {
      return Math.max(byEnd, floor(timestamp, offset + 1));
    }
    return Math.max(Math.max(byEnd, floor(timestamp, offset)), offset - period + 1);
  }

  /** The first millisecond behind a slice. */
  public long end(long begin) {
    long byEnd = floor(begin, offset + size) + period;
    return Math.min(byEnd, floor(begin, isEarly(begin) ? offset + 1 : offset) + period);
  }

  /** The first window that a slice belongs to. */
  public long firstWindow(long begin) {
    return ceiling(begin - size + 1);
  }

  /** The last window that a slice belongs to. */
  public long lastWindow(long begin) {
    return isEarly(begin) ? ceiling(begin) : floor(begin, offset);
  }

  /** The first timestamp that belongs to a window: its begin, but for windows long ago. */
  public long reach(long window) {
    return window < offset ? window - period + 1 : window;
  }

  /** The last timestamp of a window. */
  public long maxTimestamp(long window) {
    return window + size - 1;
  }

  /** The first window that has not ended before a watermark: the first that is not late. */
  public long firstOpen(long watermark) {
    return ceiling(watermark - size + 1);
  }

  /** How many windows of a slice begin before some window. */
  public long windowsBefore(long window, long begin) {
    long last = Math.min(lastWindow(begin), window - period);
    return Math.max(0, Math.floorDiv(last - firstWindow(begin), period) + 1);
  }

  /**
   * Whether all windows of a slice end before the global window does; those that do not fire before
   * their end, and are better left alone.
   */
  public boolean endsInTime(long begin) {
    return maxTimestamp(lastWindow(begin)) <= LAST;
  }

  /** Whether a window is one of these, and of those that slices stand for. */
  public boolean contain(BoundedWindow window) {
    return window instanceof IntervalWindow interval
        && interval.end().getMillis() - interval.start().getMillis() == size
        && Math.floorMod(interval.start().getMillis() - offset, period) == 0
        && interval.maxTimestamp().getMillis() <= LAST;
  }

  /** The window that begins at a time. */
  public IntervalWindow window(long begin) {
    return new IntervalWindow(Instant.ofEpochMilli(begin), Duration.millis(size));
  }

  /** The windows of a slice, in the order in which Beam assigns them. */
  public List<BoundedWindow> windows(long begin) {
    List<BoundedWindow> windows = new ArrayList<>();
    for (long each = lastWindow(begin); each >= firstWindow(begin); each -= period) {
      windows.add(window(each));
    }
    return windows;
  }

  /** Whether it is so long ago that the remainders Beam reckons with are negative. */
  private boolean isEarly(long timestamp) {
    return timestamp <= offset - period;
  }

  private long floor(long timestamp, long grid) {
    return timestamp - Math.floorMod(timestamp - grid, period);
  }

  /** The first begin of a window at or after a timestamp. */
  private long ceiling(long timestamp) {
    return timestamp + Math.floorMod(offset - timestamp, period);
  }
}
