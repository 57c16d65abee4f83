package dev.sluice.executor.task;

import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import java.nio.ByteBuffer;

/**
 * The engine's own row in the snapshot of a split: where its reader was.
 *
 * <pre>
 *   ┌────────────────────────┬───────────────┐
 *   │ sealed watermark int64 │ reader's mark │
 *   └────────────────────────┴───────────────┘
 * </pre>
 *
 * @param sealed the watermark that was sealed last
 * @param mark where to go on
 */
record SourceRow(long sealed, byte[] mark) {
  /** No program gives a table this name. */
  private static final String TABLE = "(engine) source";

  /** The row belongs to the partition and not to a key. */
  private static final int NO_KEY_GROUP = -1;

  private static final byte[] KEY = new byte[0];

  void put(SnapshotWriter rows) {
    byte[] value = ByteBuffer.allocate(Long.BYTES + mark.length).putLong(sealed).put(mark).array();
    rows.put(TABLE, NO_KEY_GROUP, KEY, value);
  }

  /** The row of a split, or null if there is none: the split begins anew. */
  static SourceRow find(SnapshotReader rows) throws Exception {
    SourceRow[] found = new SourceRow[1];
    rows.forEach(
        (table, keyGroup, key, value) -> {
          if (table.equals(TABLE)) {
            ByteBuffer buffer = ByteBuffer.wrap(value);
            long sealed = buffer.getLong();
            byte[] mark = new byte[buffer.remaining()];
            buffer.get(mark);
            found[0] = new SourceRow(sealed, mark);
          }
        });
    return found[0];
  }

  /** The rows of the program. */
  static SnapshotReader without(SnapshotReader rows) {
    return consumer ->
        rows.forEach(
            (table, keyGroup, key, value) -> {
              if (!table.equals(TABLE)) {
                consumer.accept(table, keyGroup, key, value);
              }
            });
  }
}
