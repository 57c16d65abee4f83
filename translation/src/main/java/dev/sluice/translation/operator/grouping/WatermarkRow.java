package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.OperatorContext;
import java.nio.ByteBuffer;

/**
 * The row that keeps a step's watermarks in a snapshot: after a restore late data must be told from
 * on-time data as before, and no pane may fire twice. One row per partition, in the partition's
 * first key group; a partition that gets several, after a change of the layout, begins at their
 * minimum.
 *
 * <pre>
 *   input watermark (8 bytes) ‖ output watermark (8 bytes)
 * </pre>
 */
final class WatermarkRow {
  static final String TABLE = "watermark";

  private static final byte[] KEY = {};

  private final BatchClock clock;
  private final int keyGroup;
  private boolean restored;

  WatermarkRow(BatchClock clock, OperatorContext context) {
    this.clock = clock;
    this.keyGroup = firstKeyGroup(context);
  }

  void write(SnapshotWriter rows) {
    ByteBuffer value = ByteBuffer.allocate(2 * Long.BYTES);
    value.putLong(clock.inputWatermark()).putLong(clock.outputWatermark());
    rows.put(TABLE, keyGroup, KEY, value.array());
  }

  void restore(byte[] row) {
    ByteBuffer value = ByteBuffer.wrap(row);
    long input = value.getLong();
    long output = value.getLong();
    if (restored) {
      input = Math.min(input, clock.inputWatermark());
      output = Math.min(output, clock.outputWatermark());
    }
    restored = true;
    clock.restore(input, output);
  }

  private static int firstKeyGroup(OperatorContext context) {
    long groups = context.maxParallelism();
    return (int) ((context.partition() * groups + context.partitions() - 1) / context.partitions());
  }
}
