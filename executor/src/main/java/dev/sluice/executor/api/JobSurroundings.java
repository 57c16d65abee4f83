package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * What a job's code expects of each process that it runs in, besides its classes. Called in the
 * job's class loader, before anything else of the job.
 */
@FunctionalInterface
public interface JobSurroundings extends Serializable {
  /** Nothing. */
  JobSurroundings NONE = () -> () -> {};

  /**
   * Prepares the process.
   *
   * @return closed when the job has ended there
   * @throws Exception if the job cannot run here
   */
  AutoCloseable enter() throws Exception;
}
