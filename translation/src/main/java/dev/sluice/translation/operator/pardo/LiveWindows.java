package dev.sluice.translation.operator.pardo;

import java.util.Collections;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * The windows that elements came to lately. Neighbours mostly share theirs, and streams switch
 * between few. One thread.
 */
final class LiveWindows {
  private static final int KEPT = 16;

  private final WindowExpiry expiry;
  private final LiveWindow[] kept = new LiveWindow[KEPT];
  private LiveWindow last;

  LiveWindows(WindowExpiry expiry) {
    this.expiry = expiry;
  }

  /** What belongs to a window. */
  LiveWindow of(BoundedWindow window) {
    if (last == null || last.window() != window) {
      last = find(window);
    }
    return last;
  }

  private LiveWindow find(BoundedWindow window) {
    int hash = window.hashCode() * 0x9e3779b9;
    int place = hash >>> 28;
    LiveWindow present = kept[place];
    if (present == null || !present.window().equals(window)) {
      present =
          new LiveWindow(
              window,
              Collections.singletonList(window),
              expiry.namespace(window),
              expiry.lastChance(window).getMillis());
      kept[place] = present;
    }
    return present;
  }
}
