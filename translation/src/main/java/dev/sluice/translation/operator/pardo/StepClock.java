package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.state.TimerClock;

/** What time it is for a stateful step. Neither watermark ever falls. */
final class StepClock implements TimerClock {
  private final OperatorContext context;
  private long inputWatermark = BeamTime.MIN;
  private long outputWatermark = BeamTime.MIN;

  StepClock(OperatorContext context) {
    this.context = context;
  }

  @Override
  public long processingTime() {
    return context.processingTime();
  }

  @Override
  public long inputWatermark() {
    return inputWatermark;
  }

  @Override
  public Long outputWatermark() {
    return outputWatermark;
  }

  void advanceInput(long watermark) {
    inputWatermark = Math.max(inputWatermark, watermark);
  }

  void advanceOutput(long watermark) {
    outputWatermark = Math.max(outputWatermark, watermark);
  }
}
