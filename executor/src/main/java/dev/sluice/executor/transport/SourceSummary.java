package dev.sluice.executor.transport;

import java.util.List;

/**
 * What a look at all splits of an executor found.
 *
 * @param boundedReady whether a split of a bounded source has something to read
 * @param boundedAdvance sum of the clock advances of these
 * @param unboundedReady whether a split of an unbounded source has something to read
 * @param unboundedAdvance sum of the clock advances of these
 * @param moved whether the watermark of a source stage has moved since it was sealed last
 * @param ended all splits that have ended
 */
public record SourceSummary(
    boolean boundedReady,
    long boundedAdvance,
    boolean unboundedReady,
    long unboundedAdvance,
    boolean moved,
    List<Split> ended) {
  /** No source. */
  public static final SourceSummary NONE = new SourceSummary(false, 0, false, 0, false, List.of());
}
