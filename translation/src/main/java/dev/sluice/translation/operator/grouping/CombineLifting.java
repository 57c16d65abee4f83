package dev.sluice.translation.operator.grouping;

import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.transforms.CombineFnBase.GlobalCombineFn;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.Never;
import org.apache.beam.sdk.transforms.windowing.Trigger;
import org.apache.beam.sdk.values.WindowingStrategy;

/** When values may be combined before the shuffle without anybody being able to tell. */
public final class CombineLifting {
  private CombineLifting() {}

  /**
   * Whether {@link PrecombineSpec} may stand before the shuffle of a combine in any job.
   *
   * <ul>
   *   <li>The function is a plain one: one with context may want a side input that is not ready
   *       before the shuffle.
   *   <li>Windows do not merge: values would be combined before it is known which belong together.
   *   <li>The trigger does not count elements nor look at the clock: a partial accumulator is one
   *       element, and comes later than its first value.
   *   <li>A pane's timestamp does not depend on its elements: which of them were behind the output
   *       watermark is known only after the shuffle.
   * </ul>
   */
  public static boolean isLiftable(
      WindowingStrategy<?, ?> windowing, GlobalCombineFn<?, ?, ?> combineFn) {
    return isLiftable(windowing, combineFn, false);
  }

  /**
   * The same where it is known whether the whole input comes before the watermark moves.
   *
   * @param wholeInput whether the job is bounded, so that nothing is ever late nor behind the
   *     output watermark, and timestamps may be combined as well
   */
  public static boolean isLiftable(
      WindowingStrategy<?, ?> windowing, GlobalCombineFn<?, ?, ?> combineFn, boolean wholeInput) {
    return combineFn instanceof CombineFn
        && !windowing.needsMerge()
        && isIndifferent(windowing, wholeInput)
        && (wholeInput || windowing.getTimestampCombiner().dependsOnlyOnWindow());
  }

  private static boolean isIndifferent(WindowingStrategy<?, ?> windowing, boolean wholeInput) {
    Trigger trigger = windowing.getTrigger();
    if (trigger instanceof DefaultTrigger) {
      return true;
    }
    return (wholeInput || windowing.getAllowedLateness().getMillis() == 0)
        && (trigger instanceof Never.NeverTrigger
            || trigger instanceof AfterWatermark.FromEndOfWindow);
  }
}
