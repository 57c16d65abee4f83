package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * Folds the records of a view, batch by batch, into immutable versions. Deterministic, called by
 * one thread at a time.
 */
public interface ViewProgram extends Serializable {
  /** The version before the first batch. */
  Object initial();

  /**
   * The version after a batch.
   *
   * @param previous the version before; must not be changed, and may be returned when nothing
   *     changed
   * @param block records of all producer partitions in canonical order, and the view's watermark:
   *     their minimum
   * @throws Exception fails the job
   */
  Object advance(Object previous, InputBlock block) throws Exception;

  /**
   * Gives the records of which {@link #advance} makes this version out of the {@linkplain #initial
   * first} one: for an executor that joins while the job runs.
   *
   * @throws Exception fails the job
   */
  void contents(Object version, RecordConsumer out) throws Exception;

  /**
   * Whether {@link #advance} shall be called even for a batch that brings neither records nor
   * another watermark, because the version holds what nobody needs any more. Asked for each such
   * batch, so it has to be cheap.
   */
  default boolean isStale(Object version) {
    return false;
  }

  /** Counts what a version holds. */
  default void inventory(Object version, Inventory to) {}
}
