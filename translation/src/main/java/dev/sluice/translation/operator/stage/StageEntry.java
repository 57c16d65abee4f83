package dev.sluice.translation.operator.stage;

import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.KeyedElement;
import dev.sluice.translation.operator.Operator;
import java.util.Map;
import org.apache.beam.runners.core.metrics.MonitoringInfoConstants.Labels;
import org.apache.beam.runners.core.metrics.MonitoringInfoConstants.Urns;
import org.apache.beam.runners.core.metrics.MonitoringInfoMetricName;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Where elements come from an input of the stage into a step. They are counted, and told as a
 * metric of the step that is named as Beam names the count of elements; inside of a stage nothing
 * is counted, since a fused chain is too fast for that.
 */
final class StageEntry implements RecordConsumer {
  private final Operator operator;
  private final int input;
  private final StepContext step;
  private final MetricName countName;
  private long count;

  StageEntry(Operator operator, int input, StepContext step) {
    this.operator = operator;
    this.input = input;
    this.step = step;
    this.countName =
        MonitoringInfoMetricName.named(
            Urns.ELEMENT_COUNT, Map.of(Labels.PTRANSFORM, step.stepName()));
  }

  @Override
  public void accept(Object record) throws Exception {
    count++;
    try {
      if (record instanceof KeyedElement keyed) {
        operator.process(input, keyed.key(), keyed.element());
      } else {
        operator.process(input, null, (WindowedValue<?>) record);
      }
    } catch (Exception | Error e) {
      FailedStep.noteElement(e, step.stepName(), valueOf(record));
      throw e;
    }
  }

  private static Object valueOf(Object record) {
    return record instanceof KeyedElement keyed
        ? keyed.element().getValue()
        : ((WindowedValue<?>) record).getValue();
  }

  /** Adds what was counted since the last call to the step's metrics. */
  void tellCount() {
    if (count > 0) {
      step.metrics().getCounter(countName).inc(count);
      count = 0;
    }
  }
}
