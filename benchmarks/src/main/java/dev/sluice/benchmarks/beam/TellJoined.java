package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Workload;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/** What two streams have for a key and window. */
final class TellJoined extends Tell<KV<String, CoGbkResult>> {
  private static final long serialVersionUID = 1;

  private final TupleTag<String> left;
  private final TupleTag<String> right;

  TellJoined(String ledger, TupleTag<String> left, TupleTag<String> right) {
    super(ledger);
    this.left = left;
    this.right = right;
  }

  @ProcessElement
  public void process(@Element KV<String, CoGbkResult> joined, BoundedWindow window) {
    CoGbkResult result = joined.getValue();
    long leftLines = 0;
    long leftHashes = 0;
    for (String line : result.getAll(left)) {
      leftLines++;
      leftHashes += line.hashCode();
    }
    long rightLines = 0;
    long rightHashes = 0;
    for (String line : result.getAll(right)) {
      rightLines++;
      rightHashes += line.hashCode();
    }
    long value = Workload.joined(leftLines, leftHashes, rightLines, rightHashes);
    ledger().add(joined.getKey(), begin(window), value);
  }
}
