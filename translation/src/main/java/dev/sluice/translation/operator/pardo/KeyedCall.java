package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.state.KeyTimers;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/** An element in one window in the hands of a DoFn with state. */
final class KeyedCall extends KeyedArguments {
  KeyedCall(Scene scene, WindowedValue<Object> element) {
    super(
        scene,
        element.getValue(),
        element.getTimestamp(),
        scene.window().only(),
        element.getPaneInfo(),
        isPlain(element) ? null : element);
  }

  /** Whether an element says no more than its parts. */
  private static boolean isPlain(WindowedValue<?> element) {
    return element.getRecordId() == null
        && element.getRecordOffset() == null
        && element.causedByDrain() == CausedByDrain.NORMAL;
  }

  @Override
  KeyTimers timers() {
    return stateful().timers(cells(), ((KV<?, ?>) element(null)).getKey());
  }

  @Override
  public void output(Object output) {
    emit(fn().outputs().main(), output);
  }

  @Override
  void emitParts(ElementReceiver receiver, Object output, Instant outputTimestamp) {
    try {
      receiver.accept(output, outputTimestamp, windows(), pane());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }
}
