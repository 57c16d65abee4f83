package dev.sluice.translation.operator.stage;

import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.BeamTime;
import java.nio.ByteBuffer;

/**
 * Names of snapshot tables: the step's full name, a separator that no name has, the operator's own
 * name of the table.
 */
final class StepTables {
  private static final char SEPARATOR = '\u001f';
  private static final String WATERMARKS = "watermarks";
  private static final byte[] NO_KEY = {};

  /** Key group of rows that belong to a partition and to no key. */
  private static final int NO_KEY_GROUP = -1;

  private StepTables() {}

  static SnapshotWriter writer(String step, SnapshotWriter rows) {
    String prefix = step + SEPARATOR;
    return new SnapshotWriter() {
      @Override
      public void put(String table, int keyGroup, byte[] key, byte[] value) {
        rows.put(prefix + table, keyGroup, key, value);
      }

      @Override
      public void delete(String table, int keyGroup, byte[] key) {
        rows.delete(prefix + table, keyGroup, key);
      }
    };
  }

  static SnapshotReader reader(String step, SnapshotReader rows) {
    String prefix = step + SEPARATOR;
    return consumer ->
        rows.forEach(
            (table, keyGroup, key, value) -> {
              if (table.startsWith(prefix) && !table.endsWith(SEPARATOR + WATERMARKS)) {
                consumer.accept(table.substring(prefix.length()), keyGroup, key, value);
              }
            });
  }

  static void putWatermarks(SnapshotWriter rows, String step, long input, long output) {
    byte[] value = ByteBuffer.allocate(2 * Long.BYTES).putLong(input).putLong(output).array();
    rows.put(step + SEPARATOR + WATERMARKS, NO_KEY_GROUP, NO_KEY, value);
  }

  /**
   * Input and output watermark of the step at the snapshot; the beginning of time if there is none.
   * Where the stage had other partitions, the least of all of them: more than that no consumer
   * knows yet.
   */
  static long[] watermarks(String step, SnapshotReader rows) throws Exception {
    long[] found = {Long.MAX_VALUE, Long.MAX_VALUE};
    String wanted = step + SEPARATOR + WATERMARKS;
    rows.forEach(
        (table, keyGroup, key, value) -> {
          if (table.equals(wanted)) {
            ByteBuffer buffer = ByteBuffer.wrap(value);
            found[0] = Math.min(found[0], buffer.getLong());
            found[1] = Math.min(found[1], buffer.getLong());
          }
        });
    boolean none = found[0] == Long.MAX_VALUE;
    return none ? new long[] {BeamTime.MIN, BeamTime.MIN} : found;
  }
}
