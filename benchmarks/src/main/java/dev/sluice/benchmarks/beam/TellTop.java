package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Workload;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** The most frequent words of a window, in their order. */
final class TellTop extends Tell<List<KV<String, Long>>> {
  private static final long serialVersionUID = 1;

  TellTop(String ledger) {
    super(ledger);
  }

  @ProcessElement
  public void process(@Element List<KV<String, Long>> top, BoundedWindow window) {
    for (int rank = 0; rank < top.size(); rank++) {
      KV<String, Long> word = top.get(rank);
      ledger().add(word.getKey(), begin(window), Workload.ranked(rank, word.getValue()));
    }
  }
}
