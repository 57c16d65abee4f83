package dev.sluice.benchmarks.flink;

import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.streaming.api.windowing.triggers.TriggerResult;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;

/** Fires when the input is over. */
final class AtTheEnd extends Trigger<Object, GlobalWindow> {
  private static final long serialVersionUID = 1;

  @Override
  public TriggerResult onElement(
      Object element, long timestamp, GlobalWindow window, TriggerContext context) {
    context.registerEventTimeTimer(window.maxTimestamp());
    return TriggerResult.CONTINUE;
  }

  @Override
  public TriggerResult onEventTime(long time, GlobalWindow window, TriggerContext context) {
    return time == window.maxTimestamp() ? TriggerResult.FIRE : TriggerResult.CONTINUE;
  }

  @Override
  public TriggerResult onProcessingTime(long time, GlobalWindow window, TriggerContext context) {
    return TriggerResult.CONTINUE;
  }

  @Override
  public void clear(GlobalWindow window, TriggerContext context) {
    context.deleteEventTimeTimer(window.maxTimestamp());
  }
}
