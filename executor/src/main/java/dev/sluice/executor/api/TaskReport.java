package dev.sluice.executor.api;

/**
 * What a processor says at the end of a micro-batch.
 *
 * @param outputWatermarks for each output of the stage the output watermark after the batch, holds
 *     included; the engine refuses one that falls
 * @param nextWakeUp the least processing time (milliseconds) at which this partition has something
 *     to do although no record comes: the earliest processing-time timer or resume; {@link
 *     #NO_WAKE_UP} if none. A time at or before the batch's own asks for another batch at once. A
 *     wake-up counts as pending settle work. A timer for {@code t} that fires only after {@code t}
 *     reports {@code t + 1}.
 * @param withheld whether the output watermark is held back only until the job has settled (see
 *     {@link BatchDescriptor#releaseWithheld()})
 * @param metrics what the job's {@link JobListener} shall be told of this task, such as metric
 *     deltas; opaque to the engine, may be null
 * @param wantsAcknowledge whether {@link PartitionProcessor#acknowledge} shall be called for this
 *     batch
 */
public record TaskReport(
    long[] outputWatermarks,
    long nextWakeUp,
    boolean withheld,
    Object metrics,
    boolean wantsAcknowledge) {
  /** No wake-up is needed. */
  public static final long NO_WAKE_UP = Long.MAX_VALUE;
}
