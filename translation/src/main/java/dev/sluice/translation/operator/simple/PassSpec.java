package dev.sluice.translation.operator.simple;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import java.util.Collection;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * Hands elements on as they are. A Flatten is this with several inputs; a Reshuffle or Redistribute
 * is this behind an exchange, which keeps timestamp, windows and pane; a read is this behind its
 * source.
 */
public record PassSpec() implements StepSpec {
  private static final long serialVersionUID = 1;

  @Override
  public Operator create(OperatorContext context) {
    return new PassOperator(context.output(0));
  }

  private static final class PassOperator extends StatelessOperator {
    private final ElementReceiver output;

    PassOperator(ElementReceiver output) {
      this.output = output;
    }

    @Override
    public void process(int input, Key key, WindowedValue<?> element) throws Exception {
      output.accept(element);
    }

    @Override
    public void process(
        Object value, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane)
        throws Exception {
      output.accept(value, timestamp, windows, pane);
    }
  }
}
