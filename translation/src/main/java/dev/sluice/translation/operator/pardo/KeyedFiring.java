package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.state.KeyTimers;
import dev.sluice.translation.state.StoredTimer;
import java.util.Collection;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;

/**
 * A timer in the hands of a DoFn with state. What it emits is like an element of its window at the
 * timer's output timestamp.
 */
final class KeyedFiring extends KeyedArguments {
  private final KeyTimers timers;
  private final Object key;
  private final StoredTimer timer;

  KeyedFiring(
      Scene scene, KeyTimers timers, Object key, StoredTimer timer, CausedByDrain causedByDrain) {
    super(
        scene,
        null,
        timer.outputTimestamp(),
        scene.window().only(),
        PaneInfo.NO_FIRING,
        causedByDrain == CausedByDrain.NORMAL
            ? null
            : drained(scene.window().window(), timer.outputTimestamp(), causedByDrain));
    this.timers = timers;
    this.key = key;
    this.timer = timer;
  }

  private static WindowedValue<?> drained(
      BoundedWindow window, Instant timestamp, CausedByDrain causedByDrain) {
    return WindowedValues.builder()
        .setValue(null)
        .setTimestamp(timestamp)
        .setWindow(window)
        .setPaneInfo(PaneInfo.NO_FIRING)
        .setCausedByDrain(causedByDrain)
        .build();
  }

  // ---- what @OnTimer may ask for besides

  @Override
  public Object key() {
    return key;
  }

  @Override
  KeyTimers timers() {
    return timers;
  }

  @Override
  public String timerId(DoFn<Object, Object> doFn) {
    return timer.id();
  }

  @Override
  public TimeDomain timeDomain(DoFn<Object, Object> doFn) {
    return timer.domain();
  }

  @Override
  public DoFn<Object, Object>.OnTimerContext onTimerContext(DoFn<Object, Object> doFn) {
    return new FiringContext(fn().fn());
  }

  @Override
  public String getErrorContext() {
    return "@OnTimer of " + fn().fn().getClass().getName();
  }

  // ---- outputs: a timer without an output timestamp has one that no output may have

  @Override
  public void output(Object output) {
    fn().timestampBound().checkNotBeyond(timestamp());
    emit(fn().outputs().main(), output);
  }

  @Override
  void emitParts(ElementReceiver receiver, Object output, Instant outputTimestamp) {
    try {
      fn().timestampBound().checkNotBeyond(outputTimestamp);
      receiver.accept(output, outputTimestamp, windows(), pane());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }

  private final class FiringContext extends DoFn<Object, Object>.OnTimerContext {
    FiringContext(DoFn<Object, Object> doFn) {
      doFn.super();
    }

    @Override
    public PipelineOptions getPipelineOptions() {
      return fn().options();
    }

    @Override
    public Instant timestamp() {
      return KeyedFiring.this.timestamp();
    }

    @Override
    public Instant fireTimestamp() {
      return Instant.ofEpochMilli(timer.timestamp());
    }

    @Override
    public BoundedWindow window() {
      return live().window();
    }

    @Override
    public TimeDomain timeDomain() {
      return timer.domain();
    }

    @Override
    public CausedByDrain causedByDrain() {
      return annotated() == null ? CausedByDrain.NORMAL : annotated().causedByDrain();
    }

    @Override
    public void output(Object output) {
      KeyedFiring.this.output(output);
    }

    @Override
    public void outputWithTimestamp(Object output, Instant timestamp) {
      KeyedFiring.this.outputWithTimestamp(output, timestamp);
    }

    @Override
    public void outputWindowedValue(
        Object output,
        Instant timestamp,
        Collection<? extends BoundedWindow> windows,
        PaneInfo pane) {
      builder(output).setTimestamp(timestamp).setWindows(windows).setPaneInfo(pane).output();
    }

    @Override
    public <T> void output(TupleTag<T> tag, T output) {
      get(tag).output(output);
    }

    @Override
    public <T> void outputWithTimestamp(TupleTag<T> tag, T output, Instant timestamp) {
      get(tag).outputWithTimestamp(output, timestamp);
    }

    @Override
    public <T> void outputWindowedValue(
        TupleTag<T> tag,
        T output,
        Instant timestamp,
        Collection<? extends BoundedWindow> windows,
        PaneInfo pane) {
      get(tag)
          .builder(output)
          .setTimestamp(timestamp)
          .setWindows(windows)
          .setPaneInfo(pane)
          .output();
    }

    @Override
    public <T> void outputWindowedValue(TupleTag<T> tag, WindowedValue<T> output) {
      fn().timestampBound().check(timestamp(), output.getTimestamp());
      TaggedOutputs.emit(fn().outputs().receiver(tag), output);
    }

    @Override
    public void outputWindowedValue(WindowedValue<Object> output) {
      fn().timestampBound().check(timestamp(), output.getTimestamp());
      TaggedOutputs.emit(fn().outputs().main(), output);
    }
  }
}
