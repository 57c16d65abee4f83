package dev.sluice.translation.operator.grouping;

import org.apache.beam.sdk.coders.CoderException;

/**
 * What the slices in a window come to, as windows pass over them: slices enter youngest last and
 * leave oldest first. The slices' own accumulators are read, never changed.
 */
interface RunningSlices {
  /** A slice younger than all others. */
  void enter(SlicePart slice) throws CoderException;

  /** The oldest slice goes. */
  void leave(SlicePart oldest) throws CoderException;

  /**
   * More comes for a slice that is in; called before its own accumulator is changed.
   *
   * @return false if that cannot be done: then all have to enter again
   */
  boolean grow(SlicePart slice, Object more) throws CoderException;

  /** The sum of the slices that are in, of which there is one at least, as a copy. */
  Object sum() throws CoderException;

  /** As if nothing had entered. */
  void clear();
}
