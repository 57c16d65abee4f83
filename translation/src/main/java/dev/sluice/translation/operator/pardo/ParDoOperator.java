package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import org.apache.beam.sdk.metrics.MetricsContainer;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.metrics.MetricsEnvironment.MetricsEnvironmentState;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * What all ParDo operators do alike: every call of user code is inside the step's metrics, the
 * first failure ends the DoFn instance, a batch is one bundle, finalizers wait for the
 * acknowledgement.
 *
 * <p>Calls nest: what a DoFn emits is processed by the next operator before the call returns. So
 * each operator puts back the metrics container it found.
 *
 * @param <F> the DoFn as the operator uses it
 */
abstract class ParDoOperator<F extends BoundFn> implements Operator {
  private final OperatorContext context;
  private final FnLifecycle<F> lifecycle;
  private final Finalizers finalizers;

  // of the running batch, looked up once; null between batches
  private MetricsEnvironmentState thread;
  private MetricsContainer metrics;

  ParDoOperator(OperatorContext context, FnLifecycle<F> lifecycle, Finalizers finalizers) {
    this.context = context;
    this.lifecycle = lifecycle;
    this.finalizers = finalizers;
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

  final FnLifecycle<F> lifecycle() {
    return lifecycle;
  }

  @Override
  public final void startBatch() {}

  @Override
  public final void process(int input, Key key, WindowedValue<?> element) throws Exception {
    MetricsContainer outer = enter();
    try {
      element(key, element);
    } catch (Throwable e) {
      lifecycle.failed(e);
      throw e;
    } finally {
      leave(outer);
    }
  }

  @Override
  public final void finishBatch(long inputWatermark) throws Exception {
    if (!lifecycle.isIdle() || !isQuiet(inputWatermark)) {
      MetricsContainer outer = enter();
      try {
        lifecycle.checkUsable();
        endOfBatch(inputWatermark);
        lifecycle.endBatch();
      } catch (Throwable e) {
        lifecycle.failed(e);
        throw e;
      } finally {
        leave(outer);
      }
    }
    finalizers.endBatch(context);
    thread = null;
    metrics = null;
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
    MetricsEnvironmentState here = MetricsEnvironment.getMetricsEnvironmentStateForCurrentThread();
    MetricsContainer outer = here.activate(context.metrics());
    try {
      finalizers.acknowledge(batch);
    } finally {
      here.activate(outer);
    }
  }

  @Override
  public void close() throws Exception {
    MetricsEnvironmentState here = MetricsEnvironment.getMetricsEnvironmentStateForCurrentThread();
    MetricsContainer outer = here.activate(context.metrics());
    try {
      lifecycle.close();
    } finally {
      here.activate(outer);
    }
  }

  /** From now on metrics of this thread are the step's; returns whose they were. */
  final MetricsContainer enter() {
    if (thread == null) {
      thread = MetricsEnvironment.getMetricsEnvironmentStateForCurrentThread();
      metrics = context.metrics();
    }
    return thread.activate(metrics);
  }

  /** Undoes {@link #enter}. */
  final void leave(MetricsContainer outer) {
    thread.activate(outer);
  }
}
