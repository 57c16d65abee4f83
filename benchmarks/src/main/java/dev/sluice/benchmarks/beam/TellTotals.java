package dev.sluice.benchmarks.beam;

import org.apache.beam.sdk.values.KV;

/** A number for each key, of no window. */
final class TellTotals extends Tell<KV<String, Long>> {
  private static final long serialVersionUID = 1;

  TellTotals(String ledger) {
    super(ledger);
  }

  @ProcessElement
  public void process(@Element KV<String, Long> count) {
    ledger().add(count.getKey(), 0, count.getValue());
  }
}
