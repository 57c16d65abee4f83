package dev.sluice.benchmarks.beam;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** A number for each window and key. */
final class TellCounts extends Tell<KV<String, Long>> {
  private static final long serialVersionUID = 1;

  TellCounts(String ledger) {
    super(ledger);
  }

  @ProcessElement
  public void process(@Element KV<String, Long> count, BoundedWindow window) {
    ledger().add(count.getKey(), begin(window), count.getValue());
  }
}
