package dev.sluice.translation.operator;

import dev.sluice.executor.api.Watermarks;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/** The border between the engine's time scale and Beam's: only the two ends differ. */
public final class BeamTime {
  /** {@code BoundedWindow.TIMESTAMP_MIN_VALUE} in milliseconds. */
  public static final long MIN = BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis();

  /** {@code BoundedWindow.TIMESTAMP_MAX_VALUE} in milliseconds. */
  public static final long MAX = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();

  private BeamTime() {}

  /** An engine watermark on Beam's scale. */
  public static long fromEngine(long watermark) {
    return Math.max(MIN, Math.min(MAX, watermark));
  }

  /** A watermark on Beam's scale for the engine. */
  public static long toEngine(long watermark) {
    if (watermark >= MAX) {
      return Watermarks.MAX;
    }
    return watermark <= MIN ? Watermarks.MIN : watermark;
  }
}
