package dev.sluice.integration.differential;

import java.io.Serializable;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.transforms.windowing.Window.ClosingBehavior;
import org.apache.beam.sdk.transforms.windowing.Window.OnTimeBehavior;
import org.joda.time.Duration;

/** A windowing strategy. */
record Windowing(
    WindowShape windows,
    TriggerShape trigger,
    long allowedLateness,
    boolean accumulating,
    TimestampCombiner timestamps,
    OnTimeBehavior onTime,
    ClosingBehavior closing)
    implements Serializable {

  /** Makes Beam's. */
  @SuppressWarnings("unchecked") // our window functions take any element
  <T> Window<T> window() {
    Window<T> window =
        ((Window<T>) Window.into(windows.fn()))
            .triggering(trigger.trigger())
            .withAllowedLateness(Duration.millis(allowedLateness), closing)
            .withTimestampCombiner(timestamps)
            .withOnTimeBehavior(onTime);
    return accumulating ? window.accumulatingFiredPanes() : window.discardingFiredPanes();
  }

  /** The watermark has to pass this until the window's data are dropped. */
  long expiry(BoundedWindow window) {
    long end = GlobalWindow.INSTANCE.maxTimestamp().getMillis();
    long expiry = window.maxTimestamp().getMillis() + allowedLateness;
    return Math.min(expiry, end);
  }
}
