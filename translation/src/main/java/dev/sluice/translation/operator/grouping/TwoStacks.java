package dev.sluice.translation.operator.grouping;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CoderException;

/**
 * Two stacks, for functions that cannot take out what was put in. Slices enter at the back, which
 * has one sum. When the front is empty, the back becomes the front: each of its slices gets the sum
 * of itself and all younger ones. So the oldest leaves by forgetting its sum, and the whole is the
 * oldest's sum and the back's.
 *
 * <pre>
 *   front: s1+s2+s3, s2+s3, s3      back: s4, s5     sum of the back: s4+s5
 *          └ leaves next                       └ entered last
 * </pre>
 *
 * <p>A slice takes part in about three merges from its entry to its leaving, whatever the number of
 * slices in a window.
 */
final class TwoStacks implements RunningSlices {
  private final Accumulators accumulators;

  /** Sums of the front; the oldest slice's is the last. */
  private final List<Object> front = new ArrayList<>();

  private final List<SlicePart> back = new ArrayList<>();
  private Object backSum;

  TwoStacks(Accumulators accumulators) {
    this.accumulators = accumulators;
  }

  @Override
  public void enter(SlicePart slice) throws CoderException {
    backSum =
        back.isEmpty()
            ? accumulators.copy(slice.accumulator)
            : accumulators.add(backSum, slice.accumulator);
    back.add(slice);
  }

  @Override
  public void leave(SlicePart oldest) throws CoderException {
    if (front.isEmpty()) {
      turn();
    }
    front.remove(front.size() - 1);
  }

  private void turn() throws CoderException {
    Object younger = null;
    for (int i = back.size() - 1; i >= 0; i--) {
      Object own = accumulators.copy(back.get(i).accumulator);
      younger = front.isEmpty() ? own : accumulators.add(own, younger);
      front.add(younger);
    }
    back.clear();
    backSum = null;
  }

  @Override
  public boolean grow(SlicePart slice, Object more) throws CoderException {
    if (back.isEmpty() || slice.begin < back.get(0).begin) {
      return false;
    }
    backSum = accumulators.add(backSum, more);
    return true;
  }

  @Override
  public Object sum() throws CoderException {
    if (front.isEmpty()) {
      return accumulators.copy(backSum);
    }
    Object sum = accumulators.copy(front.get(front.size() - 1));
    return back.isEmpty() ? sum : accumulators.add(sum, backSum);
  }

  @Override
  public void clear() {
    front.clear();
    back.clear();
    backSum = null;
  }
}
