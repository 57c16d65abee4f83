package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.state.KeyTimers;
import dev.sluice.translation.state.StoredTimer;
import org.apache.beam.runners.core.LateDataUtils;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateNamespaces;
import org.apache.beam.runners.core.StatefulDoFnRunner.CleanupTimer;
import org.apache.beam.runners.core.StatefulDoFnRunner.TimeInternalsCleanupTimer;
import org.apache.beam.runners.core.TimerInternals;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The timer that ends a key's window: it fires when no element of the window can be on time or
 * within the allowed lateness any more, after all timers that the user can have set.
 *
 * <p>It holds the output watermark at the window's end only for DoFns with
 * {@code @OnWindowExpiration}, whose output bears that timestamp; for all others a hold would only
 * make everything downstream wait for the allowed lateness.
 *
 * <p>The global window ends with the stream, when the operator clears all state anyway. A timer for
 * it, one for each key that ever came, is set only where somebody acts on it: a job may see new
 * keys for ever.
 */
final class WindowExpiry implements CleanupTimer<Object> {
  private static final Instant NO_HOLD = BoundedWindow.TIMESTAMP_MAX_VALUE.plus(Duration.millis(1));

  private final KeyedStepContext step;
  private final WindowingStrategy<?, ?> windowing;
  private final Coder<BoundedWindow> windowCoder;
  private final boolean holds;
  private final boolean observed;

  // what was set last in this batch: neighbours often share it
  private Key lastKey;
  private BoundedWindow lastWindow;

  // the window that is just ending; elements flushed by its end must not set its timer again
  private BoundedWindow ending;

  /**
   * The timers of a step.
   *
   * @param holds whether user code is called at the end of a window
   * @param sorted whether elements that were put in order come out at the latest then
   */
  @SuppressWarnings("unchecked") // a window function's coder is for its windows
  WindowExpiry(
      KeyedStepContext step, WindowingStrategy<?, ?> windowing, boolean holds, boolean sorted) {
    this.step = step;
    this.windowing = windowing;
    this.observed = holds || sorted;
    this.windowCoder = (Coder<BoundedWindow>) windowing.getWindowFn().windowCoder();
    this.holds = holds;
  }

  @Override
  public void setForWindow(Object input, BoundedWindow window) {
    boolean isSet = step.key().equals(lastKey) && window.equals(lastWindow);
    if (isSet || !isNeeded(window) || window.equals(ending)) {
      return;
    }
    set(step.timerInternals(), namespace(window), window);
    lastKey = step.key();
    lastWindow = window;
  }

  private void set(TimerInternals timers, StateNamespace namespace, BoundedWindow window) {
    timers.setTimer(
        namespace,
        TimeInternalsCleanupTimer.GC_TIMER_ID,
        "",
        endOf(window),
        holds ? window.maxTimestamp() : NO_HOLD,
        TimeDomain.EVENT_TIME);
  }

  /** Whether windows of this kind need a timer that ends them. */
  private boolean isNeeded(BoundedWindow window) {
    return observed || !(window instanceof GlobalWindow);
  }

  /** Sets the timer for a window of a key. */
  void setForWindow(KeyTimers timers, StateNamespace namespace, BoundedWindow window) {
    if (isNeeded(window)) {
      set(timers, namespace, window);
    }
  }

  @Override
  public boolean isForWindow(
      String timerId, BoundedWindow window, Instant timestamp, TimeDomain timeDomain) {
    return timeDomain == TimeDomain.EVENT_TIME
        && TimeInternalsCleanupTimer.GC_TIMER_ID.equals(timerId)
        && endOf(window).equals(timestamp);
  }

  /** Whether a timer ends the window it was set in. */
  boolean isForWindow(StoredTimer timer, BoundedWindow window) {
    return timer.domain() == TimeDomain.EVENT_TIME
        && TimeInternalsCleanupTimer.GC_TIMER_ID.equals(timer.id())
        && endOf(window).getMillis() == timer.timestamp();
  }

  /** The elements of the batch are done; from now on timers fire, which may be the remembered. */
  void forgetLast() {
    lastKey = null;
    lastWindow = null;
  }

  /** The window of the running key ends now. */
  void begin(BoundedWindow window) {
    ending = window;
  }

  /** It has ended. */
  void end() {
    ending = null;
  }

  StateNamespace namespace(BoundedWindow window) {
    return StateNamespaces.window(windowCoder, window);
  }

  /** When elements are too late for a window. */
  Instant lastChance(BoundedWindow window) {
    return LateDataUtils.garbageCollectionTime(window, windowing);
  }

  private Instant endOf(BoundedWindow window) {
    return lastChance(window).plus(Duration.millis(TimeInternalsCleanupTimer.GC_DELAY_MS));
  }
}
