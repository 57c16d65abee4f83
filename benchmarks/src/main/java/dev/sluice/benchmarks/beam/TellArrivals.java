package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Pace;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** When a number for each window and key arrives. */
final class TellArrivals extends Tell<KV<String, Long>> {
  private static final long serialVersionUID = 1;

  private final Pace pace;

  TellArrivals(String ledger, Pace pace) {
    super(ledger);
    this.pace = pace;
  }

  @ProcessElement
  public void process(@Element KV<String, Long> count, BoundedWindow window) {
    pace.arrived(ledger(), count.getKey(), begin(window), end(window), count.getValue());
  }
}
