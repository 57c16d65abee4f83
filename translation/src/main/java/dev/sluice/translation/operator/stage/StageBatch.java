package dev.sluice.translation.operator.stage;

import dev.sluice.executor.api.BatchContext;

/**
 * The batch that a stage's partition works on, for whoever needs it: contexts of the steps and
 * outputs.
 */
final class StageBatch {
  private BatchContext context;
  private boolean emitted;

  void begin(BatchContext next) {
    context = next;
    emitted = false;
  }

  void end() {
    context = null;
  }

  /** The running batch. */
  BatchContext context() {
    if (context == null) {
      throw new IllegalStateException("no micro-batch is running");
    }
    return context;
  }

  void emit(int output, int keyHash, Object record) {
    emitted = true;
    context.emit(output, keyHash, record);
  }

  /** Whether anything left the stage in this batch. */
  boolean emitted() {
    return emitted;
  }
}
