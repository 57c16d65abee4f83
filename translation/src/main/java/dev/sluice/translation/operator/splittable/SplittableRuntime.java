package dev.sluice.translation.operator.splittable;

import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.pardo.Finalizers;
import dev.sluice.translation.operator.pardo.SideInputGate;
import dev.sluice.translation.operator.view.ViewReader;
import java.util.function.Function;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * What one operator works with besides its state: the DoFn instance, made and set up when it is
 * first needed, its bundle, its views and its finalizers.
 */
final class SplittableRuntime {
  private final Function<BundleFinalizer, SplittableFn> setUp;
  private final Finalizers finalizers;
  private final ViewReader views;
  private final SideInputGate gate;
  private final Duration allowedLateness;
  private SplittableFn fn;
  private boolean inBundle;
  private boolean wantsFinalizing;

  /**
   * A runtime.
   *
   * @param setUp makes an instance and sets it up
   * @param allowedLateness of the main input
   */
  SplittableRuntime(
      Function<BundleFinalizer, SplittableFn> setUp,
      Finalizers finalizers,
      ViewReader views,
      SideInputGate gate,
      Duration allowedLateness) {
    this.setUp = setUp;
    this.finalizers = finalizers;
    this.views = views;
    this.gate = gate;
    this.allowedLateness = allowedLateness;
  }

  boolean viewsReady(BoundedWindow mainWindow) {
    return views.isEmpty() || gate.isOpen(mainWindow);
  }

  /** The instance, in a bundle. */
  SplittableFn fn() {
    if (fn == null) {
      fn = setUp.apply(this::finalizeLater);
    }
    if (!inBundle) {
      inBundle = true;
      fn.startBundle();
    }
    return fn;
  }

  private void finalizeLater(Instant expiry, BundleFinalizer.Callback callback) {
    wantsFinalizing = true;
    finalizers.running().afterBundleCommit(expiry, callback);
  }

  /** Whether the running bundle has asked to be told when it is safe. */
  boolean wantsFinalizing() {
    return wantsFinalizing;
  }

  /** Whether the batch has done nothing so far, and there is nothing to do at its end. */
  boolean isIdle() {
    return !inBundle && !finalizers.isWaiting() && !finalizers.wantsAcknowledge();
  }

  /** Finishes the bundle, if there is one, and the batch. */
  void endBatch(OperatorContext context) {
    if (inBundle) {
      fn.finishBundle();
      inBundle = false;
      wantsFinalizing = false;
    }
    finalizers.endBatch(context);
  }

  /**
   * Views may forget what nobody will ask for.
   *
   * @param watermark the input watermark, held back by elements that are not done
   */
  void passed(long watermark) {
    if (!views.isEmpty()) {
      gate.endBatch();
      views.passed(watermark, allowedLateness);
    }
  }

  boolean wantsAcknowledge() {
    return finalizers.wantsAcknowledge();
  }

  boolean awaitsAcknowledge() {
    return finalizers.isWaiting();
  }

  void acknowledge(long batch) {
    finalizers.acknowledge(batch);
  }

  /** Tears the instance down, also after it failed in the middle of a bundle. */
  void close() {
    SplittableFn last = fn;
    fn = null;
    try {
      if (last != null) {
        last.tearDown();
      }
    } finally {
      views.close();
    }
  }
}
