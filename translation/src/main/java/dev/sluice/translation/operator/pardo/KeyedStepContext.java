package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.Key;
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
  private Object decodedKey;

  KeyedStepContext(StepState state, StepTimers timers, BundleFinalizer finalizer) {
    this.state = state;
    this.timers = timers;
    this.finalizer = finalizer;
  }

  /** From now on it is about this key. */
  void enter(Key nextKey, Object nextDecodedKey) {
    key = nextKey;
    decodedKey = nextDecodedKey;
  }

  Key key() {
    return key;
  }

  Object decodedKey() {
    return decodedKey;
  }

  @Override
  public StateInternals stateInternals() {
    return state.of(key, decodedKey);
  }

  @Override
  public TimerInternals timerInternals() {
    return timers.of(key);
  }

  @Override
  public BundleFinalizer bundleFinalizer() {
    return finalizer;
  }
}
