package dev.sluice.executor.coordinator;

/**
 * Where a job begins.
 *
 * @param jobId its id, which no other job has had
 * @param run its life
 * @param checkpoints whether there is a store for its checkpoints
 * @param resumedFrom the name of the checkpoint that it resumes from, or null
 * @param firstBatch 0, or the batch after the checkpoint that it resumes from
 * @param notBefore its processing time does not begin earlier, milliseconds
 */
public record JobStart(
    String jobId,
    int run,
    boolean checkpoints,
    String resumedFrom,
    long firstBatch,
    long notBefore) {
  /** A job that begins anew and takes no checkpoints. */
  public static JobStart anew(String jobId) {
    return new JobStart(jobId, 1, false, null, 0, Long.MIN_VALUE);
  }
}
