package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.ElementReceiver;
import java.util.Collection;
import java.util.Collections;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * What runs for each element of a DoFn that is called directly: from the step before to user code,
 * and from user code to the step after.
 *
 * <p>Each step has a copy of this class for itself ({@link DirectCallCopies}), so that the compiler
 * sees which DoFn is called here and which step comes next, and can compile a chain as one. A copy
 * knows no other copied class by name; therefore all that is hot is in one class, which is the way
 * into the step ({@link DirectStep}; the fields of an element are null) as well as the element on
 * its way ({@link DirectElement}).
 */
final class DirectCall extends DirectElement implements DirectStep {
  private final DirectParDoOperator operator;

  /** The way into a step. */
  DirectCall(DirectParDoOperator operator) {
    super(null, null, null, null, null, null);
    this.operator = operator;
  }

  /** An element. */
  private DirectCall(
      DirectFn fn,
      Object value,
      Instant timestamp,
      Collection<? extends BoundedWindow> windows,
      PaneInfo pane,
      WindowedValue<?> annotated) {
    super(fn, value, timestamp, windows, pane, annotated);
    this.operator = null;
  }

  // As few calls as can be from here to user code, and from there to the next step, even where that
  // repeats something: the compiler follows 15 calls and no more, and a step needs four of them.

  @Override
  public void accept(
      Object value, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane)
      throws Exception {
    int outer = operator.scope().enter();
    try {
      DirectFn fn = operator.lifecycle().openBundle();
      if (fn.observesWindow() && windows.size() > 1) {
        processInEach(fn, value, timestamp, windows, pane);
        return;
      }
      try {
        fn.invoker()
            .invokeProcessElement(new DirectCall(fn, value, timestamp, windows, pane, null));
      } catch (Exception e) {
        throw UserCodeException.wrap(e);
      }
    } catch (Throwable e) {
      operator.failed(e, value);
      throw e;
    } finally {
      operator.scope().leave(outer);
    }
  }

  @Override
  public void output(Object output) {
    if (annotated() != null) {
      emit(fn().outputs().main(), output);
      return;
    }
    try {
      fn().outputs().main().accept(output, timestamp(), windows(), pane());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
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

  // What follows is less often on the way.

  @Override
  public void accept(WindowedValue<?> element) throws Exception {
    try {
      operator.process(0, null, element);
    } catch (Throwable e) {
      operator.failed(e, element.getValue());
      throw e;
    }
  }

  @Override
  public void process(DirectFn fn, WindowedValue<?> element) {
    if (fn.observesWindow()) {
      for (WindowedValue<?> inOneWindow : element.explodeWindows()) {
        processWhole(fn, inOneWindow);
      }
    } else {
      processWhole(fn, element);
    }
  }

  private static void processInEach(
      DirectFn fn,
      Object value,
      Instant timestamp,
      Collection<? extends BoundedWindow> windows,
      PaneInfo pane) {
    for (BoundedWindow window : windows) {
      invoke(
          fn, new DirectCall(fn, value, timestamp, Collections.singletonList(window), pane, null));
    }
  }

  private static void processWhole(DirectFn fn, WindowedValue<?> element) {
    invoke(
        fn,
        new DirectCall(
            fn,
            element.getValue(),
            element.getTimestamp(),
            element.getWindows(),
            element.getPaneInfo(),
            isPlain(element) ? null : element));
  }

  /** Whether an element says no more than its parts. */
  private static boolean isPlain(WindowedValue<?> element) {
    return element.getRecordId() == null
        && element.getRecordOffset() == null
        && element.causedByDrain() == CausedByDrain.NORMAL;
  }

  private static void invoke(DirectFn fn, DirectElement element) {
    try {
      fn.invoker().invokeProcessElement(element);
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }
}
