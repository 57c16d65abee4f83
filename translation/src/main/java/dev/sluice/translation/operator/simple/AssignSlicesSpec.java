package dev.sluice.translation.operator.simple;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.slices.SlicedWindows;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * {@code beam:transform:window_into:v1} for sliding windows whose elements are combined by slices:
 * each element, in each of its windows, is put into the slice that stands for its new windows.
 */
public record AssignSlicesSpec(SlicedWindows windows) implements StepSpec {
  private static final long serialVersionUID = 1;

  @Override
  public Operator create(OperatorContext context) {
    return new AssignSlicesOperator(windows, context.output(0));
  }

  private static final class AssignSlicesOperator extends StatelessOperator {
    private final SlicedWindows windows;
    private final ElementReceiver output;

    /** What the element before was assigned, which mostly is the slice of the next. */
    private List<BoundedWindow> last;

    AssignSlicesOperator(SlicedWindows windows, ElementReceiver output) {
      this.windows = windows;
      this.output = output;
    }

    @Override
    public void process(int input, Key key, WindowedValue<?> element) throws Exception {
      process(
          element.getValue(), element.getTimestamp(), element.getWindows(), element.getPaneInfo());
    }

    @Override
    public void process(
        Object value, Instant timestamp, Collection<? extends BoundedWindow> in, PaneInfo pane)
        throws Exception {
      if (last == null || !SlicedWindows.isShared(last, timestamp.getMillis())) {
        last = windows.assign(timestamp);
      }
      List<BoundedWindow> assigned = last;
      for (int i = in.size(); i > 0; i--) {
        output.accept(value, timestamp, assigned, pane);
      }
    }
  }
}
