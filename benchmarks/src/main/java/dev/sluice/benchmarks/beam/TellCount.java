package dev.sluice.benchmarks.beam;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/** A number for each window. */
final class TellCount extends Tell<Long> {
  private static final long serialVersionUID = 1;

  TellCount(String ledger) {
    super(ledger);
  }

  @ProcessElement
  public void process(@Element Long count, BoundedWindow window) {
    ledger().add("", begin(window), count);
  }
}
