package dev.sluice.executor.net;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.executor.state.SnapshotRows;

/**
 * Rows of a partition's state, one after the other.
 *
 * <pre>
 *   ( 1, table if it is another than before, key group, key, value or -1 )* 0
 * </pre>
 */
final class SnapshotRowsSerializer extends Serializer<SnapshotRows> {
  private static final int END = 0;
  private static final int ROW = 1;
  private static final int ROW_OF_TABLE = 2;
  private static final int TOMBSTONE = -1;

  SnapshotRowsSerializer() {
    super(true, true);
  }

  @Override
  public void write(Kryo kryo, Output out, SnapshotRows rows) {
    if (rows == null) {
      out.writeBoolean(false);
      return;
    }
    out.writeBoolean(true);
    rows.copyTo(
        new SnapshotWriter() {
          private String last;

          @Override
          public void put(String table, int keyGroup, byte[] key, byte[] value) {
            address(table, keyGroup, key);
            out.writeVarInt(value.length, false);
            out.writeBytes(value);
          }

          @Override
          public void delete(String table, int keyGroup, byte[] key) {
            address(table, keyGroup, key);
            out.writeVarInt(TOMBSTONE, false);
          }

          private void address(String table, int keyGroup, byte[] key) {
            boolean same = table.equals(last);
            out.writeByte(same ? ROW : ROW_OF_TABLE);
            if (!same) {
              ScalarCodecs.writeText(out, table);
              last = table;
            }
            out.writeVarInt(keyGroup, false);
            out.writeVarInt(key.length, true);
            out.writeBytes(key);
          }
        });
    out.writeByte(END);
  }

  @Override
  public SnapshotRows read(Kryo kryo, Input in, Class<? extends SnapshotRows> type) {
    if (!in.readBoolean()) {
      return null;
    }
    SnapshotRows rows = new SnapshotRows();
    String table = null;
    for (int kind = in.readByte(); kind != END; kind = in.readByte()) {
      if (kind != ROW && kind != ROW_OF_TABLE) {
        throw new MalformedException("rows of state with something else between them");
      }
      table = kind == ROW ? table : ScalarCodecs.readText(in);
      int keyGroup = in.readVarInt(false);
      byte[] key = bytes(in, in.readVarInt(true));
      int length = in.readVarInt(false);
      if (length == TOMBSTONE) {
        rows.delete(table, keyGroup, key);
      } else {
        rows.put(table, keyGroup, key, bytes(in, length));
      }
    }
    return rows;
  }

  private static byte[] bytes(Input in, int length) {
    if (length < 0 || length > in.limit() - in.position()) {
      throw new MalformedException("a row of state that is longer than its message");
    }
    return in.readBytes(length);
  }
}
