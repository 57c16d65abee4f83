package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Workload;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** A number for each session. */
final class TellSessions extends Tell<KV<String, Long>> {
  private static final long serialVersionUID = 1;

  TellSessions(String ledger) {
    super(ledger);
  }

  @ProcessElement
  public void process(@Element KV<String, Long> count, BoundedWindow window) {
    long begin = begin(window);
    ledger().add(count.getKey(), begin, Workload.session(count.getValue(), end(window) - begin));
  }
}
