package dev.sluice.translation.operator.grouping;

import com.google.errorprone.annotations.MustBeClosed;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.state.KeyTimers;
import dev.sluice.translation.state.StepState;
import dev.sluice.translation.state.StepTimers;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.core.GroupAlsoByWindowsAggregators;
import org.apache.beam.runners.core.LateDataUtils;
import org.apache.beam.runners.core.ReduceFn;
import org.apache.beam.runners.core.ReduceFnRunner;
import org.apache.beam.runners.core.TimerInternals.TimerData;
import org.apache.beam.runners.core.metrics.CounterCell;
import org.apache.beam.runners.core.triggers.ExecutableTriggerStateMachine;
import org.apache.beam.runners.core.triggers.TriggerStateMachines;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.WindowedValueReceiver;
import org.apache.beam.sdk.util.construction.TriggerTranslation;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Beam's {@code ReduceFnRunner} over the state and timers of all keys of a step in a partition. It
 * decides by the clock alone, which its owner steps: elements and processing-time timers at the old
 * input watermark, event-time timers at the new one, the output watermark lagging by a batch.
 */
final class WindowedReducer {
  /** Elements that came for windows past their allowed lateness. */
  static final MetricName DROPPED_DUE_TO_LATENESS =
      MetricName.named(
          GroupByKeyOperator.class, GroupAlsoByWindowsAggregators.DROPPED_DUE_TO_LATENESS_COUNTER);

  /** How often in a batch timers that are due at once may be followed by others. */
  private static final int MAX_ROUNDS = 100;

  private final GroupDefinition group;
  private final OperatorContext context;
  private final StepState state;
  private final StepTimers timers;
  private final BatchClock clock;
  private final ReduceFn<Object, Object, Object, BoundedWindow> reduceFn;
  private final ExecutableTriggerStateMachine trigger;
  private ElementReceiver output;

  WindowedReducer(GroupDefinition group, OperatorContext context, BatchClock clock) {
    this.group = group;
    this.context = context;
    this.clock = clock;
    this.state = new StepState(group.windowCoder(), context.maxParallelism());
    this.timers = new StepTimers(group.windowCoder(), context.maxParallelism(), clock);
    this.reduceFn = group.reduction().reduceFn();
    this.trigger = context.shared("trigger", this::machine);
  }

  private ExecutableTriggerStateMachine machine() {
    return ExecutableTriggerStateMachine.create(
        TriggerStateMachines.stateMachineForTrigger(
            TriggerTranslation.toProto(group.windowing().getTrigger())));
  }

  StepState state() {
    return state;
  }

  StepTimers timers() {
    return timers;
  }

  /** Takes the batch's values of a key, in order. */
  void reduce(Key key, Object decodedKey, Iterable<WindowedValue<Object>> values) throws Exception {
    List<WindowedValue<Object>> live = new ArrayList<>();
    // Not given on as it is: it is lazy, and counts again in each of the runner's passes.
    LateDataUtils.dropExpiredWindows(
            decodedKey, values, timers.of(key), group.windowing(), droppedDueToLateness())
        .forEach(live::add);
    if (live.isEmpty()) {
      return;
    }
    try (Closeable metrics = scoped()) {
      ReduceFnRunner<Object, Object, Object, BoundedWindow> runner =
          runner(timers.of(key), decodedKey);
      runner.processElements(live);
      runner.persist();
    } catch (Exception | Error e) {
      FailedStep.noteKey(e, context.stepName(), "", decodedKey);
      throw e;
    }
  }

  /** Fires processing-time timers that are due, and what these set for the past. */
  void fireProcessingTime() throws Exception {
    long now = clock.processingTime();
    for (KeyTimers key : timers.dueByProcessingTime(now)) {
      for (int round = 0; round < MAX_ROUNDS; round++) {
        List<TimerData> due = timers.takeProcessing(key, now);
        if (due.isEmpty()) {
          break;
        }
        fire(key, due);
      }
    }
  }

  /** Fires event-time timers that are due at the clock's input watermark, to a fixed point. */
  void fireEventTime() throws Exception {
    long watermark = clock.inputWatermark();
    for (KeyTimers key : timers.dueByEventTime(watermark)) {
      List<TimerData> due = timers.takeEvent(key, watermark);
      while (!due.isEmpty()) {
        fire(key, due);
        due = timers.takeEvent(key, watermark);
      }
    }
  }

  private void fire(KeyTimers ofKey, List<TimerData> due) throws Exception {
    if (context.draining()) {
      due.replaceAll(WindowedReducer::drained);
    }
    Object decodedKey = group.decodeKey(ofKey.key().bytes());
    try (Closeable metrics = scoped()) {
      ReduceFnRunner<Object, Object, Object, BoundedWindow> runner = runner(ofKey, decodedKey);
      runner.onTimers(due);
      runner.persist();
    } catch (Exception | Error e) {
      FailedStep.noteKey(e, context.stepName(), "a pane", decodedKey);
      throw e;
    }
  }

  private static TimerData drained(TimerData timer) {
    return TimerData.of(
        timer.getTimerId(),
        timer.getTimerFamilyId(),
        timer.getNamespace(),
        timer.getTimestamp(),
        timer.getOutputTimestamp(),
        timer.getDomain(),
        CausedByDrain.CAUSED_BY_DRAIN);
  }

  private ReduceFnRunner<Object, Object, Object, BoundedWindow> runner(
      KeyTimers ofKey, Object decodedKey) {
    WindowedValueReceiver<KV<Object, Object>> receiver = this::emit;
    return new ReduceFnRunner<>(
        decodedKey,
        group.windowing(),
        trigger,
        state.of(ofKey.key(), decodedKey),
        ofKey,
        receiver,
        null,
        reduceFn,
        context.options());
  }

  private void emit(WindowedValue<KV<Object, Object>> result) throws Exception {
    if (output == null) {
      output = context.output(0);
    }
    output.accept(group.isKeyed() ? result : result.withValue(result.getValue().getValue()));
  }

  private CounterCell droppedDueToLateness() {
    return context.metrics().getCounter(DROPPED_DUE_TO_LATENESS);
  }

  @MustBeClosed
  private Closeable scoped() {
    return context.scope().open();
  }

  /** What holds the output watermark back; the end of time if nothing. */
  long minHold() {
    return state.minHold();
  }
}
