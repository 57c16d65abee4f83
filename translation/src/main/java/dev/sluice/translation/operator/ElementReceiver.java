package dev.sluice.translation.operator;

import java.util.Collection;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;

/**
 * Takes the elements of one output: the next steps of the stage, or the way out of it. One thread.
 */
@FunctionalInterface
public interface ElementReceiver {
  /** An output that nobody reads. */
  ElementReceiver NONE = element -> {};

  /**
   * Takes an element.
   *
   * @throws Exception whatever user code downstream throws
   */
  void accept(WindowedValue<?> element) throws Exception;

  /**
   * Takes an element in parts, which spares the wrapper where the next step can do without (DESIGN
   * section 5.1).
   *
   * @throws Exception whatever user code downstream throws
   */
  default void accept(
      Object value, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane)
      throws Exception {
    accept(WindowedValues.of(value, timestamp, windows, pane));
  }
}
