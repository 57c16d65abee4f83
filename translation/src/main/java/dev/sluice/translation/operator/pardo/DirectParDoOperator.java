package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.DirectOperator;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.OperatorContext;
import java.util.Collection;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * The fast path of ParDo (DESIGN section 5.1): a chain of these hands elements on in parts, without
 * a wrapper per element or output.
 */
final class DirectParDoOperator extends ParDoOperator<DirectFn> implements DirectOperator {
  private final DirectStep step;
  private long outputWatermark = BeamTime.MIN;

  DirectParDoOperator(
      OperatorContext context,
      FnLifecycle<DirectFn> lifecycle,
      Finalizers finalizers,
      DirectCallCopies copies) {
    super(context, lifecycle, finalizers);
    this.step = copies.make(this);
  }

  @Override
  public ElementReceiver entry(String stepName) {
    return step;
  }

  @Override
  public void process(
      Object value, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane)
      throws Exception {
    step.accept(value, timestamp, windows, pane);
  }

  @Override
  void element(Key key, WindowedValue<?> element) {
    step.process(lifecycle().openBundle(), element);
  }

  /** User code of this step, or a step that it called, failed: its instance is not called again. */
  void failed(Throwable cause, Object element) {
    lifecycle().failed(cause);
    FailedStep.noteElement(cause, context().stepName(), element);
  }

  @Override
  boolean isQuiet(long inputWatermark) {
    return true;
  }

  @Override
  void endOfBatch(long inputWatermark) {
    lifecycle().finishBundle();
  }

  @Override
  void advance(long inputWatermark) {
    outputWatermark = inputWatermark;
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restoredOutputWatermark) {
    outputWatermark = restoredOutputWatermark;
  }

  @Override
  public long outputWatermark() {
    return outputWatermark;
  }
}
