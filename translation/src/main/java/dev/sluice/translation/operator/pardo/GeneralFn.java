package dev.sluice.translation.operator.pardo;

import org.apache.beam.runners.core.DoFnRunner;
import org.apache.beam.sdk.transforms.DoFn;

/** A DoFn behind one of Beam's own runners. */
record GeneralFn(DoFn<Object, Object> fn, DoFnRunner<Object, Object> runner) implements BoundFn {
  @Override
  public void startBundle() {
    runner.startBundle();
  }

  @Override
  public void finishBundle() {
    runner.finishBundle();
  }
}
