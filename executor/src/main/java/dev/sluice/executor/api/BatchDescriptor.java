package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * The recorded facts of one micro-batch, {@code D(t)}: everything that a replay needs so as to
 * compute the same again, besides the input blocks (DESIGN C4). Written by the opener only; no
 * effect of a batch exists without it.
 *
 * @param jobId the job
 * @param run the life of the job: +1 at submit, restore and roll-back
 * @param batch the number {@code t} of the batch, from 0, without gaps
 * @param kind what the batch is for
 * @param processingTime the one reading of the processing-time clock for the whole batch,
 *     milliseconds since the epoch; never falls within a job
 * @param layout version of the assignment of partitions and splits
 * @param checkpoint whether each partition takes a snapshot after this batch
 * @param sealEnded whether sources that have ended seal {@link Watermarks#MAX} in this batch; false
 *     while a bounded job still settles
 * @param releaseWithheld whether processors that hold their output watermark back for settling
 *     ({@link TaskReport#withheld()}) let it go in this batch
 * @param draining whether the job is being drained: unbounded sources stop, splittable work is
 *     truncated
 * @param maxRecordsPerSplit how many records one source split may read in this batch
 */
public record BatchDescriptor(
    String jobId,
    int run,
    long batch,
    BatchKind kind,
    long processingTime,
    int layout,
    boolean checkpoint,
    boolean sealEnded,
    boolean releaseWithheld,
    boolean draining,
    long maxRecordsPerSplit)
    implements Serializable {}
