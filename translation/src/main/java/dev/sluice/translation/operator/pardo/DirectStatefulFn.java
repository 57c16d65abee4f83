package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.pardo.KeyedArguments.Scene;
import dev.sluice.translation.state.KeyCells;
import dev.sluice.translation.state.KeyTimers;
import dev.sluice.translation.state.StepState;
import dev.sluice.translation.state.StepTimers;
import dev.sluice.translation.state.StoredTimer;
import java.util.List;
import org.apache.beam.runners.core.StateNamespaces.WindowNamespace;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.runners.core.StatefulDoFnRunner;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * A DoFn with state called without anything in between, and its windows ended: does what Beam's
 * {@code StatefulDoFnRunner} over {@code SimpleDoFnRunner} does, for the DoFns that {@link
 * DirectEligibility#isDirectWithState} lets through; a property test compares the two.
 *
 * <p>What the DoFn declares is looked up when it is bound, and what depends on the window when the
 * window changes. An element costs one search of the key; state and timers are kept together. State
 * and timers themselves are those of the general path, and so are their rows in snapshots.
 */
final class DirectStatefulFn implements StatefulFn {
  private final Counter droppedDueToLateness =
      Metrics.counter(StatefulDoFnRunner.class, StatefulDoFnRunner.DROPPED_DUE_TO_LATENESS_COUNTER);
  private final DirectFn fn;
  private final Declarations declarations;
  private final Parts parts;

  /**
   * What it shares with the operator.
   *
   * @param keepsKeys whether keys are immutable, so that they may be kept as objects
   */
  record Parts(
      StepState state,
      StepTimers timers,
      WindowExpiry expiry,
      StepClock clock,
      LiveWindows windows,
      boolean keepsKeys) {}

  DirectStatefulFn(DirectFn fn, Parts parts) {
    this.fn = fn;
    this.declarations = new Declarations(fn.fn());
    this.parts = parts;
  }

  @Override
  public DoFn<Object, Object> fn() {
    return fn.fn();
  }

  @Override
  public void startBundle() {
    fn.startBundle();
  }

  @Override
  public void finishBundle() {
    fn.finishBundle();
  }

  /** Nothing: what is eligible needs none. */
  @Override
  public List<StateTag<?>> systemTags() {
    return List.of();
  }

  @Override
  public void element(Key key, WindowedValue<Object> element) {
    KeyCells cells = parts.state().cells(key);
    if (element.getWindows().size() == 1) {
      inWindow(cells, element, element.getWindows().iterator().next());
      return;
    }
    for (WindowedValue<Object> inOneWindow : element.explodeWindows()) {
      inWindow(cells, inOneWindow, inOneWindow.getWindows().iterator().next());
    }
  }

  private void inWindow(KeyCells cells, WindowedValue<Object> element, BoundedWindow in) {
    LiveWindow window = parts.windows().of(in);
    if (window.end() < parts.clock().inputWatermark()) {
      droppedDueToLateness.inc();
      return;
    }
    if (!cells.mark(window.namespace())) {
      Object decodedKey = ((KV<?, ?>) element.getValue()).getKey();
      parts.expiry().setForWindow(timers(cells, decodedKey), window.namespace(), in);
    }
    try {
      fn.invoker().invokeProcessElement(new KeyedCall(new Scene(this, cells, window), element));
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }

  /** The timers of a key that is being processed. */
  KeyTimers timers(KeyCells cells, Object decodedKey) {
    KeyTimers timers = cells.timers();
    if (timers == null) {
      timers = parts.timers().of(cells.key());
      cells.keepTimers(timers);
    }
    if (parts.keepsKeys() && timers.decodedKey() == null) {
      timers.keepDecoded(decodedKey);
    }
    return timers;
  }

  @Override
  public void fire(
      KeyTimers key, Object decodedKey, StoredTimer timer, CausedByDrain causedByDrain) {
    BoundedWindow in = ((WindowNamespace<?>) timer.namespace()).getWindow();
    LiveWindow window = parts.windows().of(in);
    if (parts.expiry().isForWindow(timer, in)) {
      clear(key, window);
    } else if (timer.domain() == TimeDomain.EVENT_TIME
        || window.end() >= parts.clock().inputWatermark()) {
      KeyedFiring firing =
          new KeyedFiring(
              new Scene(this, parts.state().cells(key.key()), window),
              key,
              decodedKey,
              timer,
              causedByDrain);
      fn.invoker().invokeOnTimer(timer.id(), timer.family(), firing);
    }
  }

  private void clear(KeyTimers key, LiveWindow window) {
    KeyCells cells = parts.state().cells(key.key());
    for (StateTag<?> tag : declarations.stateTags()) {
      cells.state(window.namespace(), tag).clear();
    }
  }

  // ---- what calls of user code ask for

  /** The DoFn and where its outputs go. */
  DirectFn direct() {
    return fn;
  }

  Declarations declarations() {
    return declarations;
  }
}
