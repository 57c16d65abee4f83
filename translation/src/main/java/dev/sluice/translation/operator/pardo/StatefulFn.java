package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.state.KeyTimers;
import dev.sluice.translation.state.StoredTimer;
import java.util.List;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.WindowedValue;

/** A DoFn with state or timers, as its operator uses it. */
interface StatefulFn extends BoundFn {
  /** Gives it an element, which may be in several windows and too late for some. */
  void element(Key key, WindowedValue<Object> element);

  /**
   * Fires a timer, or ends the window if the timer is the one that does.
   *
   * @param decodedKey the key
   * @param timer which was polled
   */
  void fire(KeyTimers key, Object decodedKey, StoredTimer timer, CausedByDrain causedByDrain);

  /** State that its runners themselves keep for a window, besides the user's. */
  List<StateTag<?>> systemTags();
}
