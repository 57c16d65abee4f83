package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * A stage's code: a serializable factory of {@link PartitionProcessor}s, sent once to each executor
 * that runs partitions of the stage.
 */
public interface StageProgram extends Serializable {
  /**
   * Makes the processor of one partition.
   *
   * @throws Exception fails the job
   */
  PartitionProcessor create(ProcessorContext context) throws Exception;
}
