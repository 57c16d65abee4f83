package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.state.KeyTimers;
import dev.sluice.translation.state.StepTimers;
import dev.sluice.translation.state.StoredTimer;
import java.util.concurrent.CancellationException;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateNamespaces.WindowNamespace;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * A DoFn with state or timers. Within a batch, all of it key by key:
 *
 * <ol>
 *   <li>elements, at the old input watermark, those first that waited for a view;
 *   <li>processing-time timers that are due, at the old input watermark;
 *   <li>the bundle is finished; the input watermark becomes the new one;
 *   <li>event-time timers, each key's in the order of time, one after the other: each firing may
 *       set or delete the next one;
 *   <li>their bundle is finished.
 * </ol>
 *
 * <p>Elements that wait hold this step's <i>input</i> watermark, or their windows could expire
 * before they are processed.
 */
final class StatefulParDoOperator extends ParDoOperator<StatefulFn> {
  /**
   * How many processing-time timers a key may fire in one batch: one that renews itself for the
   * past would never end. What is left fires in the next batch.
   */
  static final int MAX_PROCESSING_FIRINGS = 1_000;

  private final Coder<Object> keyCoder;
  private final KeyedStepContext step;
  private final KeyedState keyed;
  private final SideInputs sideInputs;
  private final StepClock clock;
  private final WindowExpiry expiry;
  private boolean retried;

  StatefulParDoOperator(
      OperatorContext context,
      FnLifecycle<StatefulFn> lifecycle,
      Finalizers finalizers,
      Parts parts) {
    super(context, lifecycle, finalizers);
    this.keyCoder = parts.keyCoder();
    this.step = parts.step();
    this.keyed = parts.keyed();
    this.sideInputs = parts.sideInputs();
    this.clock = parts.clock();
    this.expiry = parts.expiry();
  }

  /** What the operator works with, and its DoFn's runners too. */
  record Parts(
      Coder<Object> keyCoder,
      KeyedStepContext step,
      KeyedState keyed,
      SideInputs sideInputs,
      StepClock clock,
      WindowExpiry expiry) {}

  // ---- elements

  @Override
  void element(Key key, WindowedValue<?> element) throws Exception {
    if (sideInputs.isEmpty()) {
      processReady(key, element);
      return;
    }
    retryOnce();
    for (WindowedValue<?> inOneWindow : element.explodeWindows()) {
      Waiting waiting = new Waiting(key, inOneWindow);
      if (!keyed.pushback().blocks(key) && sideInputs.gate().isOpen(waiting.window())) {
        processReady(key, inOneWindow);
      } else {
        keyed.pushback().add(waiting);
      }
    }
  }

  private void retryOnce() throws Exception {
    if (retried) {
      return; // the views stay what they are during the batch
    }
    retried = true;
    keyed
        .pushback()
        .retry(
            sideInputs.gate()::isOpen, waiting -> processWaited(waiting.key(), waiting.element()));
  }

  private void processWaited(Key key, WindowedValue<?> element) {
    try {
      processReady(key, element);
    } catch (RuntimeException | Error e) {
      FailedStep.noteElement(e, context().stepName(), element.getValue());
      throw e;
    }
  }

  @SuppressWarnings("unchecked") // the step's input
  private void processReady(Key key, WindowedValue<?> element) {
    lifecycle().openBundle().element(key, (WindowedValue<Object>) element);
  }

  // ---- the end of the batch

  @Override
  boolean isQuiet(long inputWatermark) {
    StepTimers timers = keyed.timers();
    return keyed.pushback().isEmpty()
        && timers.nextEventTime() >= inputWatermark
        && timers.nextWakeUp() > clock.processingTime()
        && (inputWatermark < BeamTime.MAX || (timers.isEmpty() && keyed.state().isEmpty()));
  }

  @Override
  void endOfBatch(long inputWatermark) throws Exception {
    retryOnce();
    expiry.forgetLast();
    fireProcessingTimers(clock.processingTime());
    lifecycle().finishBundle();
    expiry.forgetLast();
    clock.advanceInput(heldBack(inputWatermark));
    fireEventTimers(clock.inputWatermark());
    lifecycle().finishBundle();
    if (clock.inputWatermark() >= BeamTime.MAX) {
      dropProcessingTimers();
      keyed.state().clear(); // that of the global window: all others have ended before
    }
  }

  @Override
  void advance(long inputWatermark) {
    retried = false;
    clock.advanceInput(heldBack(inputWatermark));
    clock.advanceOutput(Math.min(clock.inputWatermark(), keyed.minHold()));
    keyed.state().sweep();
    sideInputs.endBatch(clock.inputWatermark());
  }

  private long heldBack(long inputWatermark) {
    return Math.min(inputWatermark, keyed.pushback().minTimestamp());
  }

  private void fireProcessingTimers(long now) throws Exception {
    StepTimers timers = keyed.timers();
    for (KeyTimers key : timers.dueByProcessingTime(now)) {
      Object decodedKey = decoded(key);
      for (int fired = 0; fired < MAX_PROCESSING_FIRINGS; fired++) {
        StoredTimer timer = timers.pollProcessing(key, now);
        if (timer == null) {
          break;
        }
        fire(key, decodedKey, timer);
      }
    }
  }

  private void fireEventTimers(long watermark) throws Exception {
    StepTimers timers = keyed.timers();
    for (KeyTimers key : timers.dueByEventTime(watermark)) {
      Object decodedKey = decoded(key);
      StoredTimer timer;
      while ((timer = timers.pollEvent(key, watermark)) != null) {
        fire(key, decodedKey, timer);
      }
    }
  }

  private void fire(KeyTimers key, Object decodedKey, StoredTimer timer) {
    if (context().isCancelled()) {
      // timers that renew themselves may go on for ever within one batch
      throw new CancellationException("the job was cancelled or has failed");
    }
    StatefulFn fn = lifecycle().openBundle();
    WindowNamespace<?> namespace = (WindowNamespace<?>) timer.namespace();
    BoundedWindow window = namespace.getWindow();
    boolean ends = expiry.isForWindow(timer, window);
    if (ends) {
      expiry.begin(window);
    }
    try {
      fn.fire(
          key,
          decodedKey,
          timer,
          context().draining() ? CausedByDrain.CAUSED_BY_DRAIN : timer.causedByDrain());
    } catch (RuntimeException | Error e) {
      String what = ends ? "end of window " + window : "timer in window " + window;
      FailedStep.noteKey(e, context().stepName(), what, decodedKey);
      throw e;
    }
    if (ends) {
      expiry.end();
      forgetWindow(fn, key, namespace);
    }
  }

  /** What the runners do not clean up themselves. */
  private void forgetWindow(StatefulFn fn, KeyTimers key, StateNamespace namespace) {
    for (StateTag<?> tag : fn.systemTags()) {
      step.stateInternals().state(namespace, tag).clear();
    }
    // they would be ignored when they fire, and hold the output watermark until then
    keyed.timers().deleteProcessing(key, namespace);
  }

  /** After the end of time no batch may come for them; the job has settled before (DESIGN C4). */
  private void dropProcessingTimers() {
    StepTimers timers = keyed.timers();
    for (KeyTimers key : timers.dueByProcessingTime(Long.MAX_VALUE)) {
      timers.takeProcessing(key, Long.MAX_VALUE);
    }
  }

  private Object decoded(KeyTimers key) throws CoderException {
    return key.decodedKey() != null
        ? key.decodedKey()
        : CoderUtils.decodeFromByteArray(keyCoder, key.key().bytes(), Coder.Context.NESTED);
  }

  // ---- watermark, wake-ups, state

  @Override
  public long outputWatermark() {
    return clock.outputWatermark();
  }

  @Override
  public long nextWakeUp() {
    return keyed.timers().nextWakeUp();
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    keyed.snapshot(rows, full);
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    keyed.snapshotCommitted(committed);
  }

  @Override
  public void inventory(Inventory to) {
    super.inventory(to);
    keyed.inventory(to);
  }

  @Override
  public void restore(SnapshotReader rows) throws Exception {
    keyed.restore(rows);
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long outputWatermark) {
    clock.advanceInput(Math.max(heldBack(inputWatermark), outputWatermark));
    clock.advanceOutput(outputWatermark);
  }

  @Override
  public void close() throws Exception {
    try {
      super.close();
    } finally {
      sideInputs.close();
    }
  }
}
