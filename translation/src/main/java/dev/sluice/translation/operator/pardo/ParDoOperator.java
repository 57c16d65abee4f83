package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.Inventory;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepScope;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * What all ParDo operators do alike: every call of user code is inside the step's metrics, the
 * first failure ends the DoFn instance, a batch is one bundle, finalizers wait for the
 * acknowledgement.
 *
 * <p>Calls nest: what a DoFn emits is processed by the next operator before the call returns. So
 * each operator leaves the metrics to whom it found them with.
 *
 * @param <F> the DoFn as the operator uses it
 */
abstract class ParDoOperator<F extends BoundFn> implements Operator {
  private final OperatorContext context;
  private final FnLifecycle<F> lifecycle;
  private final Finalizers finalizers;
  private final StepScope scope;

  ParDoOperator(OperatorContext context, FnLifecycle<F> lifecycle, Finalizers finalizers) {
    this.context = context;
    this.lifecycle = lifecycle;
    this.finalizers = finalizers;
    this.scope = context.scope();
  }

  /** Takes an element; within the step's metrics. */
  abstract void element(Key key, WindowedValue<?> element) throws Exception;

  /** Whether a batch that brought no element has nothing to do but to advance the watermark. */
  abstract boolean isQuiet(long inputWatermark);

  /** Does what {@link Operator#finishBatch} asks for, but for giving back the instance. */
  abstract void endOfBatch(long inputWatermark) throws Exception;

  /** The batch is over, and all went well. */
  abstract void advance(long inputWatermark);

  final OperatorContext context() {
    return context;
  }

  final StepScope scope() {
    return scope;
  }

  final FnLifecycle<F> lifecycle() {
    return lifecycle;
  }

  @Override
  public final void startBatch() {}

  @Override
  public final void process(int input, Key key, WindowedValue<?> element) throws Exception {
    int outer = scope.enter();
    try {
      element(key, element);
    } catch (Throwable e) {
      lifecycle.failed(e);
      throw e;
    } finally {
      scope.leave(outer);
    }
  }

  @Override
  public final void finishBatch(long inputWatermark) throws Exception {
    if (!lifecycle.isIdle() || !isQuiet(inputWatermark)) {
      int outer = scope.enter();
      try {
        lifecycle.checkUsable();
        endOfBatch(inputWatermark);
        lifecycle.endBatch();
      } catch (Throwable e) {
        lifecycle.failed(e);
        throw e;
      } finally {
        scope.leave(outer);
      }
    }
    finalizers.endBatch(context);
    advance(inputWatermark);
  }

  @Override
  public final boolean wantsAcknowledge() {
    return finalizers.wantsAcknowledge();
  }

  @Override
  public final void acknowledge(long batch) {
    if (!finalizers.isWaiting()) {
      return;
    }
    int outer = scope.enter();
    try {
      finalizers.acknowledge(batch);
    } finally {
      scope.leave(outer);
    }
  }

  @Override
  public void inventory(Inventory to) {
    to.add("finalizers", finalizers.waiting());
  }

  @Override
  public void close() throws Exception {
    int outer = scope.enter();
    try {
      lifecycle.close();
    } finally {
      scope.leave(outer);
    }
  }
}
