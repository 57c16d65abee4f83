package dev.sluice.integration.differential;

import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.BoundedPerElement;
import org.apache.beam.sdk.transforms.splittabledofn.OffsetRangeTracker;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.values.KV;

/** Passes each element on, as the one output of three positions that it claims. */
@BoundedPerElement
final class SplittablePass extends DoFn<KV<Integer, Integer>, KV<Integer, Integer>> {
  private static final long serialVersionUID = 1;

  @GetInitialRestriction
  public OffsetRange restriction(@Element KV<Integer, Integer> element) {
    return new OffsetRange(0, 3);
  }

  @NewTracker
  public OffsetRangeTracker tracker(@Restriction OffsetRange range) {
    return new OffsetRangeTracker(range);
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Integer> element,
      RestrictionTracker<OffsetRange, Long> tracker,
      OutputReceiver<KV<Integer, Integer>> out) {
    for (long at = tracker.currentRestriction().getFrom(); tracker.tryClaim(at); at++) {
      if (at == element.getValue() % 3) {
        out.output(element);
      }
    }
  }
}
