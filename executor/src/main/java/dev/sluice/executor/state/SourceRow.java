package dev.sluice.executor.state;

import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import java.nio.ByteBuffer;

/**
 * The engine's own rows in the snapshot of a split: where its reader was, and the split itself.
 *
 * <pre>
 *   (engine) source: ┌────────────────────────┬───────────────┐   (engine) split: ┌───────────┐
 *                    │ sealed watermark int64 │ reader's mark │                   │ the split │
 *                    └────────────────────────┴───────────────┘                   └───────────┘
 * </pre>
 *
 * @param sealed the watermark that was sealed last
 * @param mark where to go on
 */
public record SourceRow(long sealed, byte[] mark) {
  /** No program gives tables these names. */
  private static final String TABLE = "(engine) source";

  private static final String SPLIT = "(engine) split";

  private static final byte[] KEY = new byte[0];

  /** Writes the row. */
  public void put(SnapshotWriter rows) {
    byte[] value = ByteBuffer.allocate(Long.BYTES + mark.length).putLong(sealed).put(mark).array();
    rows.put(TABLE, Row.NO_KEY_GROUP, KEY, value);
  }

  /** Writes the split that the row belongs to; it never changes. */
  public static void putSplit(SnapshotWriter rows, byte[] split) {
    rows.put(SPLIT, Row.NO_KEY_GROUP, KEY, split);
  }

  /** The row of a split, or null if there is none: the split begins anew. */
  public static SourceRow find(SnapshotReader rows) throws Exception {
    byte[] value = find(rows, TABLE);
    if (value == null) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(value);
    long sealed = buffer.getLong();
    byte[] mark = new byte[buffer.remaining()];
    buffer.get(mark);
    return new SourceRow(sealed, mark);
  }

  /** The split that was written, or null. */
  public static byte[] findSplit(SnapshotReader rows) throws Exception {
    return find(rows, SPLIT);
  }

  private static byte[] find(SnapshotReader rows, String wanted) throws Exception {
    byte[][] found = new byte[1][];
    rows.forEach(
        (table, keyGroup, key, value) -> {
          if (table.equals(wanted)) {
            found[0] = value;
          }
        });
    return found[0];
  }

  /** Whether a table is the engine's own. */
  public static boolean isTable(String table) {
    return table.equals(TABLE) || table.equals(SPLIT);
  }

  /** The rows of the program. */
  public static SnapshotReader without(SnapshotReader rows) {
    return consumer ->
        rows.forEach(
            (table, keyGroup, key, value) -> {
              if (!isTable(table)) {
                consumer.accept(table, keyGroup, key, value);
              }
            });
  }
}
