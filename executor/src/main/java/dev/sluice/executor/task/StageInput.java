package dev.sluice.executor.task;

import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.RecordConsumer;

/**
 * An input that edges feed, or the records of a view. Used by the thread that runs the task, and
 * again for later batches.
 */
final class StageInput implements InputBlock {
  private BlockList blocks;
  private long watermark;

  /** Shows another batch; {@code ofBatch} may be null. */
  StageInput show(BlockList ofBatch, long ofWatermark) {
    blocks = ofBatch;
    watermark = ofWatermark;
    return this;
  }

  @Override
  public boolean isEmpty() {
    return blocks == null || blocks.isEmpty();
  }

  @Override
  public void drain(RecordConsumer consumer) throws Exception {
    if (blocks != null) {
      blocks.drain(consumer);
    }
  }

  @Override
  public long watermark() {
    return watermark;
  }

  /** Hands back what was not drained. */
  void release() {
    if (blocks != null) {
      blocks.release();
      blocks = null;
    }
  }
}
