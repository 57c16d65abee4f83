package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.ElementReceiver;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * The way into a DoFn that is called directly. As a receiver it is what the steps before it emit
 * to: the metrics are the step's meanwhile, and a failure ends the DoFn instance.
 */
interface DirectStep extends ElementReceiver {
  /** Has an instance process an element, which may say more than its parts. */
  void process(DirectFn fn, WindowedValue<?> element);
}
