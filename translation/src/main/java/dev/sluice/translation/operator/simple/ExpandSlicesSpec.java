package dev.sluice.translation.operator.simple;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.slices.SliceWindow;
import java.util.Collection;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/** Puts elements that carry a slice into the windows that it stands for. */
public record ExpandSlicesSpec() implements StepSpec {
  private static final long serialVersionUID = 1;

  @Override
  public Operator create(OperatorContext context) {
    return new ExpandSlicesOperator(context.output(0));
  }

  private static final class ExpandSlicesOperator extends StatelessOperator {
    private final ElementReceiver output;

    ExpandSlicesOperator(ElementReceiver output) {
      this.output = output;
    }

    @Override
    public void process(int input, Key key, WindowedValue<?> element) throws Exception {
      output.accept(SliceWindow.expanded(element));
    }

    @Override
    public void process(
        Object value, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane)
        throws Exception {
      output.accept(value, timestamp, SliceWindow.expanded(windows), pane);
    }
  }
}
