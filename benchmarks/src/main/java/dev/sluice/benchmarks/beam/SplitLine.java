package dev.sluice.benchmarks.beam;

import org.apache.beam.sdk.transforms.DoFn;

/** The words of a line. */
final class SplitLine extends DoFn<String, String> {
  private static final long serialVersionUID = 1;

  @ProcessElement
  public void process(@Element String line, OutputReceiver<String> out) {
    int start = 0;
    for (int space = line.indexOf(' '); space >= 0; space = line.indexOf(' ', start)) {
      out.output(line.substring(start, space));
      start = space + 1;
    }
    out.output(line.substring(start));
  }
}
