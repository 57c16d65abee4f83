package dev.sluice.translation.operator.simple;

import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.DirectOperator;

/** What operators without state and bundles have in common: the watermark passes through. */
abstract class StatelessOperator implements DirectOperator {
  private long watermark = BeamTime.MIN;

  @Override
  public final void startBatch() {}

  @Override
  public final void finishBatch(long inputWatermark) {
    watermark = inputWatermark;
  }

  @Override
  public final long outputWatermark() {
    return watermark;
  }

  @Override
  public final void restoreWatermarks(long inputWatermark, long outputWatermark) {
    watermark = outputWatermark;
  }

  @Override
  public final void close() {}
}
