package dev.sluice.translation.operator;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.Closeable;

/**
 * Where user code of one step runs: what it counts in between {@link #enter} and {@link #leave}
 * goes to the metrics of the step. Scopes nest, since a step calls the next one of its stage while
 * its own user code emits; a scope must be left even when user code throws. One thread at a time.
 *
 * <pre>
 *   int outer = scope.enter();
 *   try {
 *     ... user code ...
 *   } finally {
 *     scope.leave(outer);
 *   }
 * </pre>
 */
public final class StepScope {
  private final StageMetrics stage;
  private final int step;

  StepScope(StageMetrics stage, int step) {
    this.stage = stage;
    this.step = step;
  }

  /** From now on user code of this step runs; returns what {@link #leave} wants. */
  public int enter() {
    return stage.enter(step);
  }

  /** User code of this step has ended: undoes {@link #enter}. */
  public void leave(int outer) {
    stage.leave(outer);
  }

  /** The same for whoever is not in a hurry. */
  @MustBeClosed
  public Closeable open() {
    int outer = enter();
    return () -> leave(outer);
  }
}
