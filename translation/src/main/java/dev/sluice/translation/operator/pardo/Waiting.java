package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.Key;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * An element, in one window, that waits for a view.
 *
 * @param key the encoded key, null if the step is not keyed
 * @param element the element
 */
record Waiting(Key key, WindowedValue<?> element) {
  /** The element's window. */
  BoundedWindow window() {
    return element.getWindows().iterator().next();
  }
}
