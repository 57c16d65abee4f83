package dev.sluice.integration.differential;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.CalendarWindows;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** A window function. */
sealed interface WindowShape extends Serializable {

  /** Makes Beam's. */
  WindowFn<Object, ?> fn();

  /** Whether windows may merge. */
  default boolean merges() {
    return false;
  }

  /** The windows that an element gets, before any merging. */
  default List<BoundedWindow> windowsOf(long timestamp) {
    return assigned(fn(), new Instant(timestamp));
  }

  private static <W extends BoundedWindow> List<BoundedWindow> assigned(
      WindowFn<Object, W> fn, Instant timestamp) {
    try {
      Collection<W> windows =
          fn.assignWindows(
              fn.new AssignContext() {
                @Override
                public Object element() {
                  return timestamp;
                }

                @Override
                public Instant timestamp() {
                  return timestamp;
                }

                @Override
                public BoundedWindow window() {
                  throw new UnsupportedOperationException("no window function here looks at it");
                }
              });
      return List.copyOf(windows);
    } catch (Exception e) {
      throw new IllegalStateException(fn + " failed at " + timestamp, e);
    }
  }

  /** The one window of all time. */
  record Global() implements WindowShape {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public WindowFn<Object, ?> fn() {
      return (WindowFn) new GlobalWindows();
    }
  }

  /** Fixed windows. */
  record Fixed(long size, long offset) implements WindowShape {
    @Override
    public WindowFn<Object, ?> fn() {
      return FixedWindows.of(Duration.millis(size)).withOffset(Duration.millis(offset));
    }
  }

  /** Sliding windows; with a period beyond the size, some elements are in none. */
  record Sliding(long size, long period) implements WindowShape {
    @Override
    public WindowFn<Object, ?> fn() {
      return SlidingWindows.of(Duration.millis(size)).every(Duration.millis(period));
    }
  }

  /** Sessions. */
  record Gap(long gap) implements WindowShape {
    @Override
    public WindowFn<Object, ?> fn() {
      return Sessions.withGapDuration(Duration.millis(gap));
    }

    @Override
    public boolean merges() {
      return true;
    }
  }

  /** Calendar days. */
  record Days(int days) implements WindowShape {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public WindowFn<Object, ?> fn() {
      return (WindowFn) CalendarWindows.days(days);
    }
  }

  /** Windows that merge in another way than sessions do. */
  record Growing(long size) implements WindowShape {
    @Override
    public WindowFn<Object, ?> fn() {
      return new GrowingWindows(size);
    }

    @Override
    public boolean merges() {
      return true;
    }
  }
}
