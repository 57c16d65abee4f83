package dev.sluice.executor.api;

/**
 * How the records of an edge find their consumer partition. All of them keep the order of one
 * producer partition.
 */
public enum Exchange {
  /** By the hash given to {@link BatchContext#emit}, through key groups ({@link KeyGroups}). */
  KEYED,
  /** Producer partition {@code p} feeds consumer partition {@code p mod n}; nothing is shuffled. */
  FORWARD,
  /**
   * Round robin over the consumer partitions, beginning at a place that follows from producer
   * partition and batch, so that a replay spreads the same way.
   */
  SCATTER,
  /** All records go to consumer partition 0. */
  GATHER
}
