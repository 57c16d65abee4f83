package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * How a job is to be run.
 *
 * @param clockMode where processing time comes from
 * @param encodeAtShuffle when records are encoded
 * @param maxParallelism number of key groups
 * @param pipelineDepth how many batches may be in flight
 * @param maxRecordsPerBatch upper bound of records per split and batch for unbounded sources; the
 *     opener adapts below it
 * @param maxSettleRounds how many SETTLE batches in a row may be opened for work that renews itself
 * @param memoryBudget bytes of records in flight that are held in memory before blocks spill
 * @param maxTaskRetries how often a task whose user code threw is tried again
 * @param acknowledgeOnCheckpoint whether batches are acknowledged when covered by a checkpoint, in
 *     place of when committed (DESIGN C11)
 * @param checkpointIntervalMillis time between checkpoints; 0 for none
 * @param replication on how many executors everything is kept that an executor's death must not
 *     lose, 1 or 2 (DESIGN C6, C7); bounded jobs keep one copy in any case
 */
public record JobSettings(
    ClockMode clockMode,
    EncodeAtShuffle encodeAtShuffle,
    int maxParallelism,
    int pipelineDepth,
    long maxRecordsPerBatch,
    int maxSettleRounds,
    long memoryBudget,
    int maxTaskRetries,
    boolean acknowledgeOnCheckpoint,
    long checkpointIntervalMillis,
    int replication)
    implements Serializable {
  /** Settings for a streaming job, to be varied by the {@code with…} methods. */
  public static JobSettings defaults() {
    return new JobSettings(
        ClockMode.REAL,
        EncodeAtShuffle.WHEN_NEEDED,
        1024,
        2,
        1 << 20,
        1000,
        256L << 20,
        0,
        false,
        0,
        1);
  }

  /** The same with another clock mode. */
  public JobSettings withClockMode(ClockMode mode) {
    return new JobSettings(
        mode,
        encodeAtShuffle,
        maxParallelism,
        pipelineDepth,
        maxRecordsPerBatch,
        maxSettleRounds,
        memoryBudget,
        maxTaskRetries,
        acknowledgeOnCheckpoint,
        checkpointIntervalMillis,
        replication);
  }

  /** The same with another bound of SETTLE batches in a row. */
  public JobSettings withMaxSettleRounds(int rounds) {
    return new JobSettings(
        clockMode,
        encodeAtShuffle,
        maxParallelism,
        pipelineDepth,
        maxRecordsPerBatch,
        rounds,
        memoryBudget,
        maxTaskRetries,
        acknowledgeOnCheckpoint,
        checkpointIntervalMillis,
        replication);
  }
}
