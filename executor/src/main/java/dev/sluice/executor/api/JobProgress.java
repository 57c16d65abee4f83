package dev.sluice.executor.api;

/**
 * Figures of a running or ended job. While it runs they are up to 100 ms old, and what was read in
 * the last 100 ms before the executor died that opens batches may be missing in them.
 *
 * @param opened number of the last opened batch, -1 before the first
 * @param committed number of the last committed batch, -1 before the first
 * @param recordsRead records read from sources so far
 * @param bytesRead how many bytes their encodings take, estimated by samples; 0 where sources know
 *     no coder
 * @param minWatermark the least output watermark of all stages after the last committed batch
 * @param processingTime processing time of the last opened batch, milliseconds
 */
public record JobProgress(
    long opened,
    long committed,
    long recordsRead,
    long bytesRead,
    long minWatermark,
    long processingTime) {
  /** The same with a processing time that is not below this one. */
  public JobProgress notBefore(long time) {
    return new JobProgress(
        opened, committed, recordsRead, bytesRead, minWatermark, Math.max(processingTime, time));
  }
}
