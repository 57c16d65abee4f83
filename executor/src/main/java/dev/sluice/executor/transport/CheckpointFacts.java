package dev.sluice.executor.transport;

/**
 * How far the checkpoints of a job are when an epoch begins. Every checkpoint of a batch that is
 * open then or was before, and that is neither durable nor being settled, is given up.
 *
 * @param newest the batch of the last durable checkpoint, or the one before the first batch
 * @param covered as in {@link ToExecutor.CheckpointEnded}
 * @param settling the batch of a checkpoint that is becoming durable or being given up: its end is
 *     told later; -1 for none
 */
public record CheckpointFacts(long newest, long covered, long settling) {
  /** A job that begins. */
  public static CheckpointFacts none(long firstBatch) {
    return new CheckpointFacts(firstBatch - 1, firstBatch - 1, -1);
  }
}
