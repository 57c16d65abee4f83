package dev.sluice.executor.api;

/**
 * Figures of a running or ended job.
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
    long processingTime) {}
