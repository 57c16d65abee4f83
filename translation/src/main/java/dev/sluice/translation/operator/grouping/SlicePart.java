package dev.sluice.translation.operator.grouping;

/** What has come for a key in a slice, or in one window alone. A row of snapshots. */
final class SlicePart {
  final KeySlices of;

  /** Of the slice or window. */
  final long begin;

  /** Whether it stands for one window, not for all that a slice belongs to. */
  final boolean ofWindow;

  Object accumulator;

  /** Whether there is a row of it, or may be, in snapshots. */
  boolean persisted;

  /** Whether it differs from its row in the last committed snapshot. */
  boolean changed;

  /** Whether all its windows have fired. */
  boolean gone;

  SlicePart(KeySlices of, long begin, boolean ofWindow, Object accumulator) {
    this.of = of;
    this.begin = begin;
    this.ofWindow = ofWindow;
    this.accumulator = accumulator;
  }
}
