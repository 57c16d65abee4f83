package dev.sluice.translation.operator;

import java.util.Collection;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/** Hands over in parts to an operator that can do without the wrapper. */
record DirectEntry(DirectOperator operator, String stepName) implements ElementReceiver {
  @Override
  public void accept(WindowedValue<?> element) throws Exception {
    try {
      operator.process(0, null, element);
    } catch (Exception | Error e) {
      FailedStep.noteElement(e, stepName, element.getValue());
      throw e;
    }
  }

  @Override
  public void accept(
      Object value, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane)
      throws Exception {
    try {
      operator.process(value, timestamp, windows, pane);
    } catch (Exception | Error e) {
      FailedStep.noteElement(e, stepName, value);
      throw e;
    }
  }
}
