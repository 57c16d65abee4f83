package dev.sluice.executor.api;

/**
 * What failed a job.
 *
 * @param stage name of the stage, or of the part of the engine, where it happened
 * @param partition the partition, -1 if none
 * @param batch the batch, -1 if none
 * @param cause what was thrown
 */
public record TaskFailure(String stage, int partition, long batch, Throwable cause) {}
