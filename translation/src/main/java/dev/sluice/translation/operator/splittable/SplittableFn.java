package dev.sluice.translation.operator.splittable;

import org.apache.beam.runners.core.SplittableProcessElementInvoker;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;
import org.apache.beam.sdk.transforms.reflect.DoFnInvoker;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker.TruncateResult;
import org.apache.beam.sdk.transforms.splittabledofn.WatermarkEstimator;
import org.joda.time.Instant;

/** A splittable DoFn instance that has been set up, and how its methods are called. One thread. */
final class SplittableFn {
  private final DoFnInvoker<Object, Object> invoker;
  private final SplittableProcessElementInvoker<Object, Object, Object, Object, Object> bounded;
  private final PipelineOptions options;
  private final SideInputsByTag sideInputs;
  private final BundleArguments bundleArguments;

  SplittableFn(
      DoFnInvoker<Object, Object> invoker,
      SplittableProcessElementInvoker<Object, Object, Object, Object, Object> bounded,
      PipelineOptions options,
      SideInputsByTag sideInputs,
      BundleFinalizer finalizer) {
    this.invoker = invoker;
    this.bounded = bounded;
    this.options = options;
    this.sideInputs = sideInputs;
    this.bundleArguments = new BundleArguments(options, finalizer);
  }

  void startBundle() {
    invoker.invokeStartBundle(bundleArguments);
  }

  void finishBundle() {
    invoker.invokeFinishBundle(bundleArguments);
  }

  void tearDown() {
    invoker.invokeTeardown();
  }

  /**
   * Does a piece of the work.
   *
   * @param now the processing time
   * @return what is left, or null if nothing
   */
  WorkItem process(WorkItem item, long now) {
    ItemArguments arguments = new ItemArguments(item, options, sideInputs);
    Object state =
        item.started()
            ? item.estimatorState()
            : invoker.<Object>invokeGetInitialWatermarkEstimatorState(arguments);
    WatermarkEstimator<Object> estimator =
        invoker.invokeNewWatermarkEstimator(arguments.with(state));
    RestrictionTracker<Object, Object> tracker = invoker.invokeNewTracker(arguments);
    SplittableProcessElementInvoker<Object, Object, Object, Object, Object>.Result result =
        bounded.invokeProcessElement(
            invoker, item.element(), tracker, estimator, sideInputs.mapping());
    if (result.getResidualRestriction() == null) {
      return null;
    }
    Instant watermark = result.getFutureOutputWatermark();
    return item.residual(
        result.getResidualRestriction(),
        result.getFutureWatermarkEstimatorState(),
        (watermark == null ? item.element().getTimestamp() : watermark).getMillis(),
        after(now, result.getContinuation()));
  }

  private static long after(long now, DoFn.ProcessContinuation continuation) {
    long delay = continuation.resumeDelay().getMillis();
    return delay > WorkItem.WAITING - 2 - Math.max(0, now) ? WorkItem.WAITING - 2 : now + delay;
  }

  /** What is left to do of the item when the job is drained, or null if nothing. */
  WorkItem truncate(WorkItem item) {
    ItemArguments arguments = new ItemArguments(item, options, sideInputs);
    RestrictionTracker<Object, Object> tracker = invoker.invokeNewTracker(arguments);
    TruncateResult<Object> result = invoker.invokeTruncateRestriction(arguments.with(tracker));
    return result == null ? null : item.truncatedTo(result.getTruncatedRestriction());
  }
}
