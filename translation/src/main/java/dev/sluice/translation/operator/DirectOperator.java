package dev.sluice.translation.operator;

import java.util.Collection;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.joda.time.Instant;

/**
 * An operator with one unkeyed main input that can take an element in parts, without a wrapper
 * object.
 */
public interface DirectOperator extends Operator {
  /**
   * The same as {@link #process(int, Key, org.apache.beam.sdk.values.WindowedValue)} with the parts
   * of the element.
   *
   * @throws Exception whatever user code throws
   */
  void process(
      Object value, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane)
      throws Exception;

  /**
   * What the steps before this one emit to.
   *
   * @param stepName the step, which failures are to name ({@link FailedStep})
   */
  default ElementReceiver entry(String stepName) {
    return new DirectEntry(this, stepName);
  }
}
