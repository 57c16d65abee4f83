package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.state.KeyTimers;
import dev.sluice.translation.state.StepState;
import dev.sluice.translation.state.StepTimers;
import org.apache.beam.runners.core.StateInternals;
import org.apache.beam.runners.core.StepContext;
import org.apache.beam.runners.core.TimerInternals;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;

/** State and timers of the key that is being processed. */
final class KeyedStepContext implements StepContext {
  private final StepState state;
  private final StepTimers timers;
  private final BundleFinalizer finalizer;
  private Key key;
  private KeyTimers timersOfKey;
  private Object decodedKey;

  KeyedStepContext(StepState state, StepTimers timers, BundleFinalizer finalizer) {
    this.state = state;
    this.timers = timers;
    this.finalizer = finalizer;
  }

  /** From now on it is about this key. */
  void enter(Key nextKey, Object nextDecodedKey) {
    key = nextKey;
    timersOfKey = null;
    decodedKey = nextDecodedKey;
  }

  /** From now on it is about the key whose timers fire, which are to be found in this object. */
  void enter(KeyTimers nextKey, Object nextDecodedKey) {
    key = nextKey.key();
    timersOfKey = nextKey;
    decodedKey = nextDecodedKey;
  }

  Key key() {
    return key;
  }

  @Override
  public StateInternals stateInternals() {
    return state.of(key, decodedKey);
  }

  @Override
  public TimerInternals timerInternals() {
    if (timersOfKey == null) {
      timersOfKey = timers.of(key);
    }
    return timersOfKey;
  }

  @Override
  public BundleFinalizer bundleFinalizer() {
    return finalizer;
  }
}
