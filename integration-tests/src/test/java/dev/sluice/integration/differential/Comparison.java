package dev.sluice.integration.differential;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;

/**
 * Whether two runs of a description have to give the same, and whether they do.
 *
 * <p>The outcome is fixed where nothing waits for a number of elements or for the clock, and where
 * it cannot be told how a runner cuts elements into bundles. Left open by the model, and different
 * between runners:
 *
 * <ul>
 *   <li>how two streams are interleaved, and with them what is late;
 *   <li>the order of a key's elements when they come along two branches, or through a splittable
 *       DoFn, which a DoFn with state lets one see;
 *   <li>into how many late panes late elements are put: one per bundle, and a step behind another
 *       has other bundles;
 *   <li>which of a key's values a hot key's fan-out puts together, which decides what merges where
 *       windows merge;
 *   <li>how far sorted input is let go at a time: it follows the steps of the watermark, and timers
 *       come between;
 *   <li>the mark of the last pane: whether a window's end and its expiry are passed in one step of
 *       the watermark or in two;
 *   <li>whether the only pane of a trigger that never fires is on time or late: it depends on the
 *       same steps;
 *   <li>whether an element behind the watermark counts for the earliest or latest timestamp: a
 *       runner that divides keys into partitions has an output watermark in each.
 * </ul>
 *
 * <p>The direct runner is wrong in one thing: it fails at an element that is in no window, which
 * sliding windows with gaps allow ({@link #directRunnerFails}).
 */
final class Comparison {
  private Comparison() {}

  /** Whether the model fixes the outcome. */
  static boolean isFixed(Description description) {
    boolean atExpiry =
        description.windowings().stream()
            .anyMatch(
                one -> one.trigger() instanceof TriggerShape.AtExpiry && one.allowedLateness() > 0);
    if (atExpiry
        || !description.byWatermark()
        || description.branch() instanceof Description.Another) {
      return false;
    }
    boolean bundlesAsEvents = bundlesAsEvents(description);
    if (!bundlesAsEvents && description.again().isPresent()) {
      return false;
    }
    if (isHotSum(description) && description.windowing().windows().merges()) {
      return false;
    }
    if (description.step() instanceof Description.Stateful stateful) {
      StatefulShape shape = stateful.shape();
      boolean sortedTimers =
          shape.flavour() == StatefulShape.Flavour.SORTED && !shape.timers().isEmpty();
      return !sortedTimers
          && bundlesAsEvents
          && !shape.byClock()
          && !lateBehindAnother(description);
    }
    return !description.late() || (bundlesAsEvents && !lateBehindAnother(description));
  }

  private static boolean lateBehindAnother(Description description) {
    return description.late() && (isHotSum(description) || description.again().isPresent());
  }

  /**
   * Whether a key's elements reach the step as the stream's events say: in order, an event at a
   * time.
   */
  private static boolean bundlesAsEvents(Description description) {
    return description.branch() instanceof Description.Alone
        && description.before() != Description.Before.SPLITTABLE;
  }

  private static boolean isHotSum(Description description) {
    return description.step() instanceof Description.Group group
        && group.grouping() == Description.Grouping.HOT_SUM;
  }

  /** Whether the direct runner fails where it should not: elements that are in no window. */
  static boolean directRunnerFails(Description description, Throwable failure) {
    return failure.toString().contains("requires windows")
        && description.windowings().stream()
            .anyMatch(
                one ->
                    one.windows() instanceof WindowShape.Sliding sliding
                        && sliding.period() > sliding.size());
  }

  /**
   * Whether a run may fail at one runner and not at the other: a timer that lets nothing out, or
   * one that is set again for an earlier element, is refused when it fires, and whether it does is
   * a matter of the clock or of the elements' order.
   */
  static boolean mayFail(Description description, Throwable failure) {
    return failure.toString().contains("Cannot output")
        && description.step() instanceof Description.Stateful stateful
        && (stateful.shape().byClock() || !bundlesAsEvents(description));
  }

  /** Whether timestamps of panes are fixed too. */
  private static boolean timestampsAreFixed(Description description) {
    return description.windowings().stream()
            .allMatch(one -> one.timestamps() == TimestampCombiner.END_OF_WINDOW)
        || !hasElementsBehindTheWatermark(description);
  }

  private static boolean hasElementsBehindTheWatermark(Description description) {
    long watermark = Long.MIN_VALUE;
    for (StreamEvent event : description.events()) {
      if (event instanceof StreamEvent.Watermark moved) {
        watermark = moved.to();
      } else if (event instanceof StreamEvent.Elements some) {
        for (StreamEvent.Element element : some.elements()) {
          if (element.timestamp() < watermark) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** What one has and the other has not; empty if they agree. */
  static String difference(
      Description description, List<Observation> one, List<Observation> other) {
    boolean timestamps = timestampsAreFixed(description);
    List<Observation> left = normalized(one, timestamps);
    List<Observation> right = normalized(other, timestamps);
    List<Observation> missing = new ArrayList<>(left);
    right.forEach(missing::remove);
    List<Observation> more = new ArrayList<>(right);
    left.forEach(more::remove);
    return missing.isEmpty() && more.isEmpty()
        ? ""
        : "only first: " + missing + "\nonly second: " + more;
  }

  private static List<Observation> normalized(List<Observation> seen, boolean timestamps) {
    return seen.stream().map(one -> normalized(one, timestamps)).sorted().toList();
  }

  private static Observation normalized(Observation seen, boolean timestamps) {
    PaneInfo pane = seen.pane();
    PaneInfo unmarked =
        pane.getTiming() == PaneInfo.Timing.UNKNOWN
            ? pane
            : PaneInfo.createPane(
                pane.isFirst(),
                false,
                pane.getTiming(),
                pane.getIndex(),
                pane.getNonSpeculativeIndex());
    return new Observation(
        seen.tag(),
        seen.key(),
        seen.value(),
        seen.window(),
        unmarked,
        timestamps ? seen.timestamp() : 0);
  }
}
