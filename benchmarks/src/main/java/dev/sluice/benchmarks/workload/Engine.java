package dev.sluice.benchmarks.workload;

/**
 * What runs jobs: in this process, one at a time, each to its end. Made once in a process, from the
 * arguments after its class name.
 */
public interface Engine extends AutoCloseable {
  /** Whether it has a program for this workload. */
  boolean runs(Workload workload);

  /**
   * Runs a job and returns when all its results are in the job's ledger.
   *
   * @throws Exception if the job fails
   */
  void run(Job job) throws Exception;

  @Override
  default void close() throws Exception {}
}
