package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Lines;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** A line with the word it begins with as its key. */
final class KeyByFirstWord extends DoFn<String, KV<String, String>> {
  private static final long serialVersionUID = 1;

  @ProcessElement
  public void process(@Element String line, OutputReceiver<KV<String, String>> out) {
    out.output(KV.of(Lines.key(line), line));
  }
}
