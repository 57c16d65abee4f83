package dev.sluice.translation.operator.pardo;

import org.apache.beam.runners.core.StateInternals;
import org.apache.beam.runners.core.StepContext;
import org.apache.beam.runners.core.TimerInternals;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;

/** What a DoFn without state and timers may ask of its step. */
record StatelessStepContext(String stepName, BundleFinalizer bundleFinalizer)
    implements StepContext {
  @Override
  public StateInternals stateInternals() {
    throw new IllegalStateException("step " + stepName + " declares no state");
  }

  @Override
  public TimerInternals timerInternals() {
    throw new IllegalStateException("step " + stepName + " declares no timers");
  }
}
