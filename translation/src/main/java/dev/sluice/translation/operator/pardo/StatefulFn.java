package dev.sluice.translation.operator.pardo;

import java.util.List;
import org.apache.beam.runners.core.DoFnRunner;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.sdk.transforms.DoFn;

/**
 * A DoFn with state or timers behind Beam's runners.
 *
 * @param runner the outermost of them
 * @param systemTags state that the runners themselves keep for a window, besides the user's
 */
record StatefulFn(
    DoFn<Object, Object> fn, DoFnRunner<Object, Object> runner, List<StateTag<?>> systemTags)
    implements BoundFn {
  @Override
  public void startBundle() {
    runner.startBundle();
  }

  @Override
  public void finishBundle() {
    runner.finishBundle();
  }
}
