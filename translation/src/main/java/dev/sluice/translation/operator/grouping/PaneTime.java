package dev.sluice.translation.operator.grouping;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;

/** Timestamps of panes, in milliseconds: what Beam's combiners do, without allocating. */
final class PaneTime {
  private PaneTime() {}

  /** The timestamp that the combiner makes of two. */
  static long combined(TimestampCombiner combiner, long left, long right) {
    return switch (combiner) {
      case EARLIEST -> Math.min(left, right);
      case LATEST -> Math.max(left, right);
      case END_OF_WINDOW -> left;
    };
  }

  /** The timestamp of a first element in a window. */
  static long first(TimestampCombiner combiner, BoundedWindow window, long timestamp) {
    return combiner == TimestampCombiner.END_OF_WINDOW
        ? window.maxTimestamp().getMillis()
        : timestamp;
  }
}
