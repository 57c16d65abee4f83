package dev.sluice.translation.operator;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;

/**
 * What a task reports of metrics ({@code TaskReport.metrics()}, {@code
 * SourceReader.takeMetrics()}): for each step that counted something, by its full name, what was
 * added since the last report. Deltas, never sums, so that nothing is merged twice.
 *
 * @param containers step full name to delta, in the order of the steps
 */
public record StepMetrics(Map<String, MetricsContainerImpl> containers) implements Serializable {
  private static final long serialVersionUID = 1;

  /** Copies the map, keeping its order. */
  public StepMetrics {
    containers = Collections.unmodifiableMap(new LinkedHashMap<>(containers));
  }

  /** What one step has to report. */
  public static StepMetrics of(String step, MetricsContainerImpl delta) {
    return new StepMetrics(Map.of(step, delta));
  }
}
