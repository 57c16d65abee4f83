package dev.sluice.translation.operator.splittable;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.UnboundedPerElement;
import org.apache.beam.sdk.transforms.splittabledofn.ManualWatermarkEstimator;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker.TruncateResult;
import org.apache.beam.sdk.transforms.splittabledofn.WatermarkEstimators;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Emits the numbers of its restriction, {@code perCall} in each call, then asks to be resumed after
 * 10 ms; its watermark is the next number. Truncated, it emits what is left up to 100, once. Logs
 * its lifecycle.
 */
@UnboundedPerElement
class Counting extends DoFn<String, Integer> {
  static final List<String> LOG = new ArrayList<>();
  private static final long serialVersionUID = 1;

  private final int perCall;

  Counting(int perCall) {
    this.perCall = perCall;
  }

  @Setup
  public void setup() {
    LOG.add("setup");
  }

  @StartBundle
  public void startBundle() {
    LOG.add("start");
  }

  @FinishBundle
  public void finishBundle() {
    LOG.add("finish");
  }

  @Teardown
  public void teardown() {
    LOG.add("teardown");
  }

  @ProcessElement
  public ProcessContinuation process(
      @Element String element,
      RestrictionTracker<OffsetRange, Long> tracker,
      ManualWatermarkEstimator<Instant> watermark,
      OutputReceiver<Integer> out,
      BundleFinalizer finalizer) {
    LOG.add("process " + element);
    long from = tracker.currentRestriction().getFrom();
    for (long i = from; i < from + perCall; i++) {
      if (!tracker.tryClaim(i)) {
        return ProcessContinuation.stop();
      }
      out.outputWithTimestamp((int) i, new Instant(i));
      watermark.setWatermark(new Instant(i + 1));
    }
    finalizer.afterBundleCommit(new Instant(Long.MAX_VALUE), () -> LOG.add("safe " + element));
    return ProcessContinuation.resume().withResumeDelay(Duration.millis(10));
  }

  @GetInitialRestriction
  public OffsetRange range() {
    return new OffsetRange(0, 10);
  }

  @TruncateRestriction
  public TruncateResult<OffsetRange> truncate(@Restriction OffsetRange left) {
    LOG.add("truncate");
    return left.getFrom() >= 100
        ? null
        : TruncateResult.of(new OffsetRange(left.getFrom(), Math.min(100, left.getTo())));
  }

  @GetInitialWatermarkEstimatorState
  public Instant initialWatermark(@Timestamp Instant timestamp) {
    return timestamp;
  }

  @NewWatermarkEstimator
  public ManualWatermarkEstimator<Instant> estimator(@WatermarkEstimatorState Instant state) {
    return new WatermarkEstimators.Manual(state);
  }
}
