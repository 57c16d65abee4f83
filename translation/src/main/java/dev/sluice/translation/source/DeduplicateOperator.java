package dev.sluice.translation.source;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import org.apache.beam.sdk.values.ValueWithRecordId;
import org.apache.beam.sdk.values.WindowedValue;

/** Lets the first record of each id through. */
final class DeduplicateOperator implements Operator {
  private final OperatorContext context;
  private final SeenIds seen;
  private long watermark = BeamTime.MIN;

  DeduplicateOperator(OperatorContext context, SeenIds seen) {
    this.context = context;
    this.seen = seen;
  }

  @Override
  public void startBatch() {}

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    if (seen.add(key, context.processingTime())) {
      ValueWithRecordId<?> record = (ValueWithRecordId<?>) element.getValue();
      context.output(0).accept(element.withValue(record.getValue()));
    }
  }

  @Override
  public void finishBatch(long inputWatermark) {
    watermark = inputWatermark;
    if (inputWatermark == BeamTime.MAX) {
      seen.clear();
    } else {
      seen.expire(context.processingTime());
    }
  }

  @Override
  public long outputWatermark() {
    return watermark;
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    seen.snapshot(rows, full);
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    seen.snapshotCommitted(committed);
  }

  @Override
  public void inventory(Inventory to) {
    to.add("ids", seen.size());
  }

  @Override
  public void restore(SnapshotReader rows) throws Exception {
    seen.restore(rows);
  }

  @Override
  public void close() {}
}
