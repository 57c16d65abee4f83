package dev.sluice.translation.operator.pardo;

import org.apache.beam.sdk.transforms.DoFn;

/** A DoFn instance, tied to the inputs and outputs of one operator. */
interface BoundFn {
  /** The instance. */
  DoFn<Object, Object> fn();

  /** Calls {@code @StartBundle}. */
  void startBundle();

  /** Calls {@code @FinishBundle}. */
  void finishBundle();
}
