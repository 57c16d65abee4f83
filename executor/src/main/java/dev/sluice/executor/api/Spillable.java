package dev.sluice.executor.api;

/**
 * Something that may be on the local disk in place of the heap, such as the values that a {@link
 * Grouping} gives. A part of a record tells its codec by it that there is next to nothing to hold
 * in memory, however much would have to be encoded ({@link RecordCodec#ON_DISK}).
 */
public interface Spillable {
  /** Whether it is on disk; always the same answer. */
  boolean isOnDisk();
}
