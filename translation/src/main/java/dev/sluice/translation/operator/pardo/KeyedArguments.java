package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.state.KeyCells;
import dev.sluice.translation.state.KeyTimers;
import java.util.Collection;
import org.apache.beam.sdk.state.State;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerMap;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/** What elements and firings have in common: the state and timers of their key in their window. */
abstract class KeyedArguments extends DirectElement {
  private final DirectStatefulFn stateful;
  private final KeyCells cells;
  private final LiveWindow window;

  /** What a call is about, but for the value and what goes with it. */
  record Scene(DirectStatefulFn stateful, KeyCells cells, LiveWindow window) {}

  KeyedArguments(
      Scene scene,
      Object value,
      Instant timestamp,
      Collection<? extends BoundedWindow> windows,
      PaneInfo pane,
      WindowedValue<?> annotated) {
    super(scene.stateful().direct(), value, timestamp, windows, pane, annotated);
    this.stateful = scene.stateful();
    this.cells = scene.cells();
    this.window = scene.window();
  }

  /** The timers of the key; looked up when user code does something with one. */
  abstract KeyTimers timers();

  final DirectStatefulFn stateful() {
    return stateful;
  }

  final KeyCells cells() {
    return cells;
  }

  final LiveWindow live() {
    return window;
  }

  @Override
  public final BoundedWindow window() {
    return window.window();
  }

  @Override
  public final State state(String stateId, boolean alwaysFetched) {
    return cells.state(window.namespace(), stateful.declarations().stateTag(stateId));
  }

  @Override
  public final Timer timer(String timerId) {
    return new DirectTimer(this, "", timerId, stateful.declarations().timer(timerId));
  }

  @Override
  public final TimerMap timerFamily(String timerFamilyId) {
    return new DirectTimerFamily(
        this, timerFamilyId, stateful.declarations().family(timerFamilyId));
  }
}
