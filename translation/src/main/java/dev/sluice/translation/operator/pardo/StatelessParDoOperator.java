package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.OperatorContext;
import java.io.IOException;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * A DoFn without state, run by Beam's own runner: the general case, with side inputs and every
 * parameter. An element whose views are not ready waits, in each of its windows by itself; it is
 * tried again in every batch before the batch's own elements, and holds the output watermark.
 */
final class StatelessParDoOperator extends ParDoOperator<GeneralFn> {
  private final SideInputs sideInputs;
  private long outputWatermark = BeamTime.MIN;
  private boolean retried;

  StatelessParDoOperator(
      OperatorContext context,
      FnLifecycle<GeneralFn> lifecycle,
      Finalizers finalizers,
      SideInputs sideInputs) {
    super(context, lifecycle, finalizers);
    this.sideInputs = sideInputs;
  }

  @Override
  void element(Key key, WindowedValue<?> element) throws Exception {
    if (sideInputs.isEmpty()) {
      processReady(element);
      return;
    }
    retryOnce();
    Pushback pushback = sideInputs.pushback();
    for (WindowedValue<?> inOneWindow : element.explodeWindows()) {
      Waiting waiting = new Waiting(null, inOneWindow);
      if (!pushback.blocks(null) && sideInputs.gate().isOpen(waiting.window())) {
        processReady(inOneWindow);
      } else {
        pushback.add(waiting);
      }
    }
  }

  @Override
  boolean isQuiet(long inputWatermark) {
    return sideInputs.pushback().isEmpty();
  }

  @Override
  void endOfBatch(long inputWatermark) throws Exception {
    retryOnce();
    lifecycle().finishBundle();
  }

  @Override
  void advance(long inputWatermark) {
    retried = false;
    long held = Math.min(inputWatermark, sideInputs.pushback().minTimestamp());
    sideInputs.endBatch(held);
    // an element that was late already when it came cannot hold what has passed
    outputWatermark = Math.max(outputWatermark, held);
  }

  @Override
  public long outputWatermark() {
    return outputWatermark;
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    sideInputs.pushback().snapshot(rows, full);
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    sideInputs.pushback().snapshotCommitted(committed);
  }

  @Override
  public void inventory(Inventory to) {
    super.inventory(to);
    sideInputs.pushback().inventory(to);
  }

  @Override
  public void restore(SnapshotReader rows) throws Exception {
    rows.forEach(
        (table, keyGroup, key, value) -> {
          if (!table.equals(Pushback.TABLE)) {
            throw new IOException("a ParDo without state has no table '" + table + "'");
          }
          sideInputs.pushback().restoreRow(keyGroup, key, value);
        });
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restoredOutputWatermark) {
    outputWatermark = restoredOutputWatermark;
  }

  @Override
  public void close() throws Exception {
    try {
      super.close();
    } finally {
      sideInputs.close();
    }
  }

  private void retryOnce() throws Exception {
    if (retried) {
      return; // the views stay what they are during the batch
    }
    retried = true;
    sideInputs
        .pushback()
        .retry(sideInputs.gate()::isOpen, waiting -> processWaited(waiting.element()));
  }

  private void processWaited(WindowedValue<?> element) {
    try {
      processReady(element);
    } catch (RuntimeException | Error e) {
      FailedStep.noteElement(e, context().stepName(), element.getValue());
      throw e;
    }
  }

  @SuppressWarnings("unchecked") // the step's input
  private void processReady(WindowedValue<?> element) {
    lifecycle().openBundle().runner().processElement((WindowedValue<Object>) element);
  }
}
