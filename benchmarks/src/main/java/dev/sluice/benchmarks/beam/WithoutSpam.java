package dev.sluice.benchmarks.beam;

import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;

/** Lines none of whose words is a key of the side input. */
final class WithoutSpam extends DoFn<String, String> {
  private static final long serialVersionUID = 1;

  private final PCollectionView<Map<String, Boolean>> spam;

  WithoutSpam(PCollectionView<Map<String, Boolean>> spam) {
    this.spam = spam;
  }

  @ProcessElement
  public void process(ProcessContext context) {
    String line = context.element();
    if (isClean(line, context.sideInput(spam))) {
      context.output(line);
    }
  }

  private static boolean isClean(String line, Map<String, Boolean> words) {
    int start = 0;
    for (int space = line.indexOf(' '); space >= 0; space = line.indexOf(' ', start)) {
      if (words.containsKey(line.substring(start, space))) {
        return false;
      }
      start = space + 1;
    }
    return !words.containsKey(line.substring(start));
  }
}
