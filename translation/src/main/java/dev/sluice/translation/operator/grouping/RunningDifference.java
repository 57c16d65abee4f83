package dev.sluice.translation.operator.grouping;

import org.apache.beam.sdk.coders.CoderException;

/** One sum, from which the slice that leaves is subtracted: for functions with an exact inverse. */
final class RunningDifference implements RunningSlices {
  private final Accumulators accumulators;
  private Object sum;

  /** How many slices are in; without one there is no sum, rather than one of nothing. */
  private int count;

  RunningDifference(Accumulators accumulators) {
    this.accumulators = accumulators;
  }

  @Override
  public void enter(SlicePart slice) throws CoderException {
    sum =
        count == 0
            ? accumulators.copy(slice.accumulator)
            : accumulators.add(sum, slice.accumulator);
    count++;
  }

  @Override
  public void leave(SlicePart oldest) {
    count--;
    sum = count == 0 ? null : accumulators.subtract(sum, oldest.accumulator);
  }

  @Override
  public boolean grow(SlicePart slice, Object more) throws CoderException {
    sum = accumulators.add(sum, more);
    return true;
  }

  @Override
  public Object sum() throws CoderException {
    return accumulators.copy(sum);
  }

  @Override
  public void clear() {
    sum = null;
    count = 0;
  }
}
