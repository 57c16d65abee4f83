package dev.sluice.translation.operator.pardo;

import java.util.function.Function;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.util.UserCodeException;

/**
 * How one operator uses the DoFn instances of its step. Nothing is borrowed before there is
 * something to do:
 *
 * <pre>
 *            openBundle              finishBundle             endBatch
 *   IDLE ───────────────▶ IN_BUNDLE ──────────────▶ HOLDING ──────────▶ IDLE
 *                             ▲                        │
 *                             └────────────────────────┘ openBundle
 *   any ──failed, close──▶ CLOSED    (an instance that is held is torn down, without finishBundle)
 * </pre>
 *
 * @param <F> the instance as the operator uses it
 */
final class FnLifecycle<F extends BoundFn> {
  private enum Phase {
    IDLE,
    IN_BUNDLE,
    HOLDING,
    CLOSED
  }

  private final DoFnPool pool;
  private final Function<DoFn<Object, Object>, F> binding;
  private Phase phase = Phase.IDLE;
  private F bound;
  private Throwable failure;

  FnLifecycle(DoFnPool pool, Function<DoFn<Object, Object>, F> binding) {
    this.pool = pool;
    this.binding = binding;
  }

  /** The instance, within a bundle; opens one if need be. */
  F openBundle() {
    if (phase != Phase.IN_BUNDLE) { // all elements but a batch's first come within a bundle
      begin();
    }
    return bound;
  }

  private void begin() {
    switch (phase) {
      case IN_BUNDLE -> {}
      case HOLDING -> startBundle();
      case IDLE -> {
        borrow();
        startBundle();
      }
      case CLOSED -> throw afterFailure();
    }
  }

  /** Finishes the bundle if one is open. */
  void finishBundle() {
    checkUsable();
    if (phase == Phase.IN_BUNDLE) {
      bound.finishBundle();
      phase = Phase.HOLDING;
    }
  }

  /** Gives the instance back. No bundle may be open. */
  void endBatch() {
    if (phase == Phase.HOLDING) {
      phase = Phase.IDLE;
      pool.giveBack(bound.fn());
    } else if (phase == Phase.IN_BUNDLE) {
      throw new IllegalStateException("a bundle is open at the end of a batch");
    }
  }

  /** Whether the batch has done nothing so far. */
  boolean isIdle() {
    return phase == Phase.IDLE;
  }

  /**
   * Refuses to go on after a failure, even if user code upstream has swallowed the exception.
   *
   * @throws RuntimeException the failure
   */
  void checkUsable() {
    if (phase == Phase.CLOSED) {
      throw afterFailure();
    }
  }

  /** Something went wrong in this batch: the instance is torn down and never called again. */
  void failed(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
    try {
      close();
    } catch (RuntimeException e) {
      if (e != cause) {
        cause.addSuppressed(e);
      }
    }
  }

  /**
   * Ends it; an instance that is held is torn down.
   *
   * @throws RuntimeException what {@code @Teardown} threw
   */
  void close() {
    boolean held = phase == Phase.IN_BUNDLE || phase == Phase.HOLDING;
    phase = Phase.CLOSED;
    if (held) {
      pool.discard(bound.fn());
    }
  }

  private void borrow() {
    DoFn<Object, Object> last = bound == null ? null : bound.fn();
    DoFn<Object, Object> fn = pool.borrow(last);
    if (fn != last) {
      bound = bind(fn);
    }
    phase = Phase.HOLDING;
  }

  private F bind(DoFn<Object, Object> fn) {
    try {
      return binding.apply(fn);
    } catch (RuntimeException e) {
      pool.discard(fn);
      throw e;
    }
  }

  private void startBundle() {
    phase = Phase.IN_BUNDLE;
    bound.startBundle();
  }

  private RuntimeException afterFailure() {
    return failure == null
        ? new IllegalStateException("the operator is closed")
        : UserCodeException.wrap(failure);
  }
}
