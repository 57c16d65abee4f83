package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Workload;
import org.apache.beam.sdk.values.KV;

/** What the lines of each key come to. */
final class TellGroups extends Tell<KV<String, Iterable<String>>> {
  private static final long serialVersionUID = 1;

  TellGroups(String ledger) {
    super(ledger);
  }

  @ProcessElement
  public void process(@Element KV<String, Iterable<String>> group) {
    long lines = 0;
    long hashes = 0;
    for (String line : group.getValue()) {
      lines++;
      hashes += line.hashCode();
    }
    ledger().add(group.getKey(), 0, Workload.group(lines, hashes));
  }
}
