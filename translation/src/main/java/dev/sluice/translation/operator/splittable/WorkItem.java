package dev.sluice.translation.operator.splittable;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * What is left to do for one element and restriction.
 *
 * <pre>
 *   fresh ──views not ready──▶ WAITING ──views ready──▶ processed ──residual──▶ RESUMABLE ─┐
 *     └───────────────────────────────────────────────▶ processed ◀──time has come─────────┘
 * </pre>
 *
 * @param element the element, in one window
 * @param restriction what of it is left to do
 * @param started whether it was processed before; only then is there an estimator state
 * @param estimatorState state of the watermark estimator, may be null
 * @param hold output watermark of what is left, milliseconds
 * @param resumeAt processing time after which it is to be resumed; {@link #WAITING} while it waits
 *     for views
 * @param truncated whether it was truncated, since the job is being drained
 */
record WorkItem(
    WindowedValue<Object> element,
    Object restriction,
    boolean started,
    Object estimatorState,
    long hold,
    long resumeAt,
    boolean truncated) {
  /** It waits for views, not for a time. */
  static final long WAITING = Long.MAX_VALUE;

  static WorkItem fresh(WindowedValue<Object> element, Object restriction) {
    return new WorkItem(
        element, restriction, false, null, element.getTimestamp().getMillis(), WAITING, false);
  }

  BoundedWindow window() {
    return element.getWindows().iterator().next();
  }

  boolean isWaiting() {
    return resumeAt == WAITING;
  }

  /** What is left after a piece of work; its output watermark does not fall. */
  WorkItem residual(Object rest, Object newEstimatorState, long newHold, long newResumeAt) {
    long kept = started ? Math.max(hold, newHold) : newHold;
    return new WorkItem(element, rest, true, newEstimatorState, kept, newResumeAt, truncated);
  }

  WorkItem truncatedTo(Object rest) {
    return new WorkItem(element, rest, started, estimatorState, hold, resumeAt, true);
  }
}
