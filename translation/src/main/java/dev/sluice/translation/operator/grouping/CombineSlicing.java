package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.slices.Slices;
import org.apache.beam.sdk.transforms.CombineFnBase.GlobalCombineFn;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.values.WindowingStrategy;

/** When a combine may go by slices of sliding windows without anybody being able to tell. */
public final class CombineSlicing {
  private CombineSlicing() {}

  /**
   * Whether {@link SlicedCombineSpec} may stand in place of {@link CombinePerKeySpec}.
   *
   * <ul>
   *   <li>Windows are Beam's sliding ones, and overlap.
   *   <li>Values may be combined before the shuffle ({@link CombineLifting}), which is what is done
   *       to those of a slice: the function is a plain one, and the trigger sees no elements.
   *   <li>Each window fires once, when the watermark passes its end: no late data is allowed. A
   *       late element changes the slice for the windows that have not fired.
   *   <li>A pane's timestamp is the end of its window: of a slice's elements no timestamps are
   *       kept.
   * </ul>
   */
  public static boolean isSliceable(
      WindowingStrategy<?, ?> windowing, GlobalCombineFn<?, ?, ?> combineFn) {
    return windowing.getWindowFn() instanceof SlidingWindows sliding
        && Slices.fit(sliding)
        && CombineLifting.isLiftable(windowing, combineFn)
        && windowing.getAllowedLateness().getMillis() == 0
        && windowing.getTimestampCombiner() == TimestampCombiner.END_OF_WINDOW;
  }
}
