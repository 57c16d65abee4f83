package dev.sluice.executor.api;

import java.util.function.Supplier;

/**
 * Where a processor is: its place in the job, and what it may share with its neighbours in the same
 * executor.
 */
public interface ProcessorContext {
  /** The job. */
  String jobId();

  /** The life of the job. */
  int run();

  /** The stage. */
  StageSpec stage();

  /** The partition, from 0 to {@code stage().partitions() - 1}. */
  int partition();

  /** Settings of the job. */
  JobSettings settings();

  /**
   * Returns the object that all processors of this job in this executor share under {@code name},
   * made at the first call. If it is {@link AutoCloseable}, it is closed after the last processor
   * of the job.
   */
  <T> T shared(String name, Supplier<T> make);

  /**
   * Whether somebody should stop what he does: the job was cancelled or has failed. May be asked by
   * any thread.
   */
  boolean isCancelled();

  /**
   * Whether snapshots may be asked for in this life of the job. If not, nothing need be kept that
   * only a restore would use.
   */
  default boolean takesSnapshots() {
    return true;
  }

  /**
   * Whether the views that this partition feeds have what it has given them before. False at the
   * beginning of a job and when it resumes from a checkpoint: then a restored partition gives its
   * views again what makes them up. True when the partition moves to another executor while the job
   * runs.
   */
  default boolean viewsAreKept() {
    return false;
  }

  /**
   * Makes a grouping that spills.
   *
   * @param valueCodec writes and reads the values when they spill
   */
  Grouping grouping(RecordCodec valueCodec);
}
