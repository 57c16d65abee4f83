package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Lines;
import org.apache.beam.sdk.transforms.DoFn;

/** The word a line begins with. */
final class FirstWord extends DoFn<String, String> {
  private static final long serialVersionUID = 1;

  @ProcessElement
  public void process(@Element String line, OutputReceiver<String> out) {
    out.output(Lines.key(line));
  }
}
