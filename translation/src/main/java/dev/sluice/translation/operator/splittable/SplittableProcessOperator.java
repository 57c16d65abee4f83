package dev.sluice.translation.operator.splittable;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Processes elements and restrictions of a splittable DoFn, in pieces. What a piece leaves is kept,
 * holds the output watermark where the watermark estimator says, and is resumed in the first batch
 * whose processing time is later than its turn: never twice in a batch, whose time stands still. It
 * drops nothing that is late. While the job is drained, each restriction is truncated once before
 * it goes on.
 *
 * <p>In a batch that holds the whole input of a bounded job nobody waits for the watermark, so
 * there a piece without resume delay goes on at once, unless the DoFn asked to be told when the
 * batch is safe, which may be what it waits for.
 */
final class SplittableProcessOperator implements Operator {
  private final OperatorContext context;
  private final SplittableRuntime runtime;
  private final WorkItems items;
  private long outputWatermark = BeamTime.MIN;

  SplittableProcessOperator(OperatorContext context, SplittableRuntime runtime, WorkItems items) {
    this.context = context;
    this.runtime = runtime;
    this.items = items;
  }

  @Override
  public void startBatch() {}

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    try (Closeable scope = context.scope().open()) {
      int number = 0;
      for (WindowedValue<?> inOneWindow : element.explodeWindows()) {
        begin(number == 0 ? key : numbered(key, number), inOneWindow);
        number++;
      }
    }
  }

  /** Another key in the same key group. */
  private static Key numbered(Key key, int number) {
    byte[] bytes = Arrays.copyOf(key.bytes(), key.bytes().length + Integer.BYTES);
    ByteBuffer.wrap(bytes).putInt(key.bytes().length, number);
    return Key.of(bytes);
  }

  private void begin(Key key, WindowedValue<?> element) {
    if (items.get(key) != null) {
      throw new IllegalStateException(
          "step " + context.stepName() + ": two work items have the same key " + key);
    }
    KV<?, ?> work = (KV<?, ?>) ((KV<?, ?>) element.getValue()).getValue();
    WindowedValue<Object> workElement = element.withValue(work.getKey());
    goOn(key, WorkItem.fresh(workElement, work.getValue()));
  }

  private void goOn(Key key, WorkItem item) {
    try {
      doPiece(key, item);
    } catch (RuntimeException | Error e) {
      FailedStep.noteElement(e, context.stepName(), item.element().getValue());
      throw e;
    }
  }

  /** Does a piece of the work, if its views are ready. */
  private void doPiece(Key key, WorkItem item) {
    if (!runtime.viewsReady(item.window())) {
      items.put(key, item);
      return;
    }
    WorkItem left = truncateIfDraining(item);
    do {
      if (context.isCancelled()) {
        throw new CancellationException("the job was cancelled");
      }
      left = left == null ? null : runtime.fn().process(left, context.processingTime());
    } while (left != null && goesOnAtOnce(left));
    if (left == null) {
      items.remove(key);
    } else {
      items.put(key, left);
    }
  }

  private WorkItem truncateIfDraining(WorkItem item) {
    return context.draining() && !item.truncated() ? runtime.fn().truncate(item) : item;
  }

  private boolean goesOnAtOnce(WorkItem left) {
    return context.wholeInput()
        && left.resumeAt() <= context.processingTime()
        && !runtime.wantsFinalizing();
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    if (!items.isEmpty() || !runtime.isIdle()) {
      try (Closeable scope = context.scope().open()) {
        resume();
        runtime.endBatch(context);
      }
    }
    runtime.passed(Math.min(inputWatermark, items.minTimestamp()));
    // what came late cannot hold what has passed
    outputWatermark = Math.max(outputWatermark, Math.min(inputWatermark, items.minHold()));
  }

  private void resume() {
    if (context.draining()) {
      truncateAll();
    }
    for (Key key : items.waiting()) {
      goOn(key, items.get(key));
    }
    for (Key key : items.due(context.processingTime())) {
      goOn(key, items.get(key));
    }
  }

  /** What is not due yet is not to keep a job that is drained from ending, if it can be cut off. */
  private void truncateAll() {
    for (Key key : items.keys()) {
      WorkItem item = items.get(key);
      if (!item.truncated() && runtime.viewsReady(item.window())) {
        WorkItem left = runtime.fn().truncate(item);
        if (left == null) {
          items.remove(key);
        } else {
          items.put(key, left);
        }
      }
    }
  }

  @Override
  public long outputWatermark() {
    return outputWatermark;
  }

  @Override
  public long nextWakeUp() {
    return items.nextWakeUp();
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    items.snapshot(rows, full);
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    items.snapshotCommitted(committed);
  }

  @Override
  public void inventory(Inventory to) {
    items.inventory(to);
  }

  @Override
  public void restore(SnapshotReader rows) throws Exception {
    items.restore(rows);
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restored) {
    outputWatermark = restored;
  }

  @Override
  public boolean wantsAcknowledge() {
    return runtime.wantsAcknowledge();
  }

  @Override
  public void acknowledge(long batch) throws Exception {
    if (!runtime.awaitsAcknowledge()) {
      return; // asked for by another step of the stage
    }
    try (Closeable scope = context.scope().open()) {
      runtime.acknowledge(batch);
    }
  }

  @Override
  public void close() throws Exception {
    try (Closeable scope = context.scope().open()) {
      runtime.close();
    }
  }
}
