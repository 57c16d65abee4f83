package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.state.KeyTimers;
import dev.sluice.translation.state.StoredTimer;
import java.util.List;
import org.apache.beam.runners.core.DoFnRunner;
import org.apache.beam.runners.core.StateNamespaces.WindowNamespace;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * A DoFn with state or timers behind Beam's runners.
 *
 * @param runner the outermost of them
 * @param step where the runners find state and timers of the key
 */
record GeneralStatefulFn(
    DoFn<Object, Object> fn,
    DoFnRunner<Object, Object> runner,
    KeyedStepContext step,
    List<StateTag<?>> systemTags)
    implements StatefulFn {
  @Override
  public void startBundle() {
    runner.startBundle();
  }

  @Override
  public void finishBundle() {
    runner.finishBundle();
  }

  @Override
  public void element(Key key, WindowedValue<Object> element) {
    step.enter(key, ((KV<?, ?>) element.getValue()).getKey());
    runner.processElement(element);
  }

  @Override
  public void fire(
      KeyTimers key, Object decodedKey, StoredTimer timer, CausedByDrain causedByDrain) {
    step.enter(key, decodedKey);
    runner.onTimer(
        timer.id(),
        timer.family(),
        decodedKey,
        ((WindowNamespace<?>) timer.namespace()).getWindow(),
        Instant.ofEpochMilli(timer.timestamp()),
        timer.outputTimestamp(),
        timer.domain(),
        causedByDrain);
  }
}
