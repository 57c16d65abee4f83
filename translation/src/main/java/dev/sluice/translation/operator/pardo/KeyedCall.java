package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.state.KeyCells;
import dev.sluice.translation.state.KeyTimers;
import org.apache.beam.sdk.state.State;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerMap;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/** An element in one window in the hands of a DoFn with state. */
final class KeyedCall extends DirectElement {
  private final DirectStatefulFn stateful;
  private final KeyCells cells;
  private final LiveWindow window;

  KeyedCall(
      DirectStatefulFn stateful, KeyCells cells, LiveWindow window, WindowedValue<Object> element) {
    super(
        stateful.direct(),
        element.getValue(),
        element.getTimestamp(),
        window.only(),
        element.getPaneInfo(),
        isPlain(element) ? null : element);
    this.stateful = stateful;
    this.cells = cells;
    this.window = window;
  }

  /** Whether an element says no more than its parts. */
  private static boolean isPlain(WindowedValue<?> element) {
    return element.getRecordId() == null
        && element.getRecordOffset() == null
        && element.causedByDrain() == CausedByDrain.NORMAL;
  }

  @Override
  public BoundedWindow window() {
    return window.window();
  }

  @Override
  public State state(String stateId, boolean alwaysFetched) {
    return cells.state(window.namespace(), stateful.declarations().stateTag(stateId));
  }

  @Override
  public Timer timer(String timerId) {
    return new DirectTimer(
        timers(), window, "", timerId, stateful.declarations().timer(timerId), this);
  }

  @Override
  public TimerMap timerFamily(String timerFamilyId) {
    return new DirectTimerFamily(
        timers(), window, timerFamilyId, stateful.declarations().family(timerFamilyId), this);
  }

  private KeyTimers timers() {
    return stateful.timers(cells, ((KV<?, ?>) element(null)).getKey());
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
