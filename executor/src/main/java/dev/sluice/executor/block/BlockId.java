package dev.sluice.executor.block;

import java.io.Serializable;

/**
 * Names one block: what one partition of a producer sends one partition of a consumer along one
 * edge in one micro-batch.
 *
 * @param jobId the job
 * @param run the life of the job
 * @param edge the edge
 * @param producerPartition the partition that makes the block
 * @param batch the micro-batch
 * @param consumerPartition the partition that takes it
 */
public record BlockId(
    String jobId, int run, int edge, int producerPartition, long batch, int consumerPartition)
    implements Serializable {
  private static final long serialVersionUID = 1;
}
