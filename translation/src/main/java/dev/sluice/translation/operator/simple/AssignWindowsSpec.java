package dev.sluice.translation.operator.simple;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import java.util.Collection;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * {@code beam:transform:window_into:v1}: each element, in each of its windows, is put into the
 * windows that the function assigns.
 */
public record AssignWindowsSpec(WindowFn<?, ?> windowFn) implements StepSpec {
  private static final long serialVersionUID = 1;

  @Override
  public Operator create(OperatorContext context) {
    // a function that extends it may assign otherwise
    return windowFn.getClass() == FixedWindows.class
        ? new AssignFixedWindowsOperator((FixedWindows) windowFn, context.output(0))
        : general(windowFn, context);
  }

  /** The operator for any function. */
  @SuppressWarnings("unchecked")
  static Operator general(WindowFn<?, ?> windowFn, OperatorContext context) {
    return new AssignWindowsOperator((WindowFn<Object, BoundedWindow>) windowFn, context.output(0));
  }

  private static final class AssignWindowsOperator extends StatelessOperator {
    private final WindowFn<Object, BoundedWindow> windowFn;
    private final ElementReceiver output;
    private Object value;
    private Instant timestamp;
    private BoundedWindow window;
    private final WindowFn<Object, BoundedWindow>.AssignContext assigning;

    AssignWindowsOperator(WindowFn<Object, BoundedWindow> windowFn, ElementReceiver output) {
      this.windowFn = windowFn;
      this.output = output;
      this.assigning = new Assigning(windowFn);
    }

    @Override
    public void process(int input, Key key, WindowedValue<?> element) throws Exception {
      process(
          element.getValue(), element.getTimestamp(), element.getWindows(), element.getPaneInfo());
    }

    @Override
    public void process(
        Object newValue,
        Instant newTimestamp,
        Collection<? extends BoundedWindow> windows,
        PaneInfo pane)
        throws Exception {
      for (BoundedWindow each : windows) {
        value = newValue;
        timestamp = newTimestamp;
        window = each;
        Collection<BoundedWindow> assigned = windowFn.assignWindows(assigning);
        if (!assigned.isEmpty()) { // sliding windows with gaps lose elements
          output.accept(newValue, newTimestamp, assigned, pane);
        }
      }
    }

    /** The element being assigned, as window functions want to see it. */
    private final class Assigning extends WindowFn<Object, BoundedWindow>.AssignContext {
      Assigning(WindowFn<Object, BoundedWindow> outer) {
        outer.super();
      }

      @Override
      public Object element() {
        return value;
      }

      @Override
      public Instant timestamp() {
        return timestamp;
      }

      @Override
      public BoundedWindow window() {
        return window;
      }
    }
  }
}
