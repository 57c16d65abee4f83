package dev.sluice.executor.api;

/** When records are encoded that do not leave the process. */
public enum EncodeAtShuffle {
  /**
   * Only where an edge asks for it ({@link EdgeSpec#alwaysEncode()}), on spill, replication and
   * snapshot.
   */
  WHEN_NEEDED,
  /** At every edge: what a cluster does, within one process. */
  ALWAYS
}
