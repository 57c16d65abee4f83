package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.state.TimerClock;

/** The clock of one operator, which steps it. */
final class BatchClock implements TimerClock {
  private long processingTime;
  private long inputWatermark = BeamTime.MIN;
  private long outputWatermark = BeamTime.MIN;

  @Override
  public long processingTime() {
    return processingTime;
  }

  @Override
  public long inputWatermark() {
    return inputWatermark;
  }

  @Override
  public Long outputWatermark() {
    return outputWatermark;
  }

  void processingTime(long millis) {
    processingTime = millis;
  }

  void inputWatermark(long millis) {
    inputWatermark = millis;
  }

  /** Moves the output watermark, but never back. */
  void advanceOutput(long millis) {
    outputWatermark = Math.max(outputWatermark, millis);
  }

  /** Back to the beginning, for the next key of a bounded input. */
  void rewind() {
    restore(BeamTime.MIN, BeamTime.MIN);
  }

  /** Goes on where a snapshot was taken. */
  void restore(long input, long output) {
    inputWatermark = input;
    outputWatermark = output;
  }
}
