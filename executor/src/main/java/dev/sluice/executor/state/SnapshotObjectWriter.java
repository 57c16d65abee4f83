package dev.sluice.executor.state;

import dev.sluice.executor.api.Storage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/** Writes snapshot objects (drawn at {@link SnapshotFile}), each once. */
public final class SnapshotObjectWriter {
  private static final int BUFFER = 64 << 10;

  private final DataOutputStream out;
  private final CRC32C all = new CRC32C();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final DataOutputStream bodyOut = new DataOutputStream(body);
  private final CRC32C checksum = new CRC32C();
  private int rowsInBody;
  private long length;

  private SnapshotObjectWriter(OutputStream out) {
    this.out =
        new DataOutputStream(new CheckedOutputStream(new BufferedOutputStream(out, BUFFER), all));
  }

  /**
   * Writes an object, or nothing.
   *
   * @throws IOException if the storage does not take it; what is there of it is deleted as far as
   *     that is possible
   */
  public static SnapshotObject write(
      Storage storage, String name, SnapshotHeader header, SnapshotRows rows) throws IOException {
    List<Row> sorted = rows.sorted();
    SnapshotObjectWriter writer;
    try {
      try (OutputStream out = storage.create(name)) {
        writer = new SnapshotObjectWriter(out);
        writer.header(header);
        writer.rows(sorted);
        writer.end(sorted.size());
      }
      long stored = storage.length(name);
      if (stored != writer.length) {
        throw new IOException(
            "the storage took " + writer.length + " bytes and has " + stored + " of them");
      }
    } catch (Throwable e) {
      try {
        storage.delete(name);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    TreeSet<String> tables = new TreeSet<>();
    long unkeyed = 0;
    for (Row row : sorted) {
      tables.add(row.table());
      unkeyed += row.keyGroup() == Row.NO_KEY_GROUP ? 1 : 0;
    }
    return new SnapshotObject(
        name,
        writer.length,
        (int) writer.all.getValue(),
        sorted.size(),
        unkeyed,
        List.copyOf(tables),
        header.parent());
  }

  private void header(SnapshotHeader header) throws IOException {
    writeString(header.hashName());
    bodyOut.writeInt(header.maxParallelism());
    writeString(header.jobName());
    writeString(header.jobId());
    bodyOut.writeInt(header.run());
    bodyOut.writeLong(header.batch());
    writeString(header.stage());
    bodyOut.writeInt(header.partition());
    writeString(header.full() ? "" : header.parent());
    if (body.size() > SnapshotFile.MAX_FIELDS) {
      throw new IOException("the names of job and stage have " + body.size() + " bytes");
    }
    byte[] start =
        ByteBuffer.allocate(SnapshotFile.HEADER_START)
            .putInt(SnapshotFile.MAGIC)
            .putShort((short) SnapshotFile.VERSION)
            .putInt(body.size())
            .array();
    byte[] fields = body.toByteArray();
    body.reset();
    write(start);
    write(fields);
    writeInt(checksumOf(start, start.length, fields));
  }

  private void rows(List<Row> sorted) throws IOException {
    String table = null;
    for (Row row : sorted) {
      if (rowsInBody > 0
          && (!row.table().equals(table) || body.size() >= SnapshotFile.SLICE_BYTES)) {
        endSlice();
      }
      if (rowsInBody == 0) {
        table = row.table();
        writeString(table);
      }
      bodyOut.writeInt(row.keyGroup());
      bodyOut.writeInt(row.key().length);
      bodyOut.writeInt(row.isTombstone() ? -1 : row.value().length);
      bodyOut.write(row.key());
      if (!row.isTombstone()) {
        bodyOut.write(row.value());
      }
      rowsInBody++;
    }
    if (rowsInBody > 0) {
      endSlice();
    }
  }

  private void endSlice() throws IOException {
    byte[] bytes = body.toByteArray();
    body.reset();
    byte[] start =
        ByteBuffer.allocate(SnapshotFile.SLICE_START)
            .putInt(SnapshotFile.SLICE)
            .putInt(rowsInBody)
            .putInt(bytes.length)
            .array();
    ByteBuffer.wrap(start).putInt(12, checksumOf(start, 12, bytes));
    write(start);
    write(bytes);
    rowsInBody = 0;
  }

  private void end(long rows) throws IOException {
    byte[] end =
        ByteBuffer.allocate(SnapshotFile.END_LENGTH).putInt(SnapshotFile.END).putLong(rows).array();
    ByteBuffer.wrap(end).putInt(12, checksumOf(end, 12, new byte[0]));
    write(end);
    out.flush();
  }

  private int checksumOf(byte[] start, int count, byte[] rest) {
    checksum.reset();
    checksum.update(start, 0, count);
    checksum.update(rest);
    return (int) checksum.getValue();
  }

  private void writeString(String string) throws IOException {
    byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
    bodyOut.writeInt(bytes.length);
    bodyOut.write(bytes);
  }

  private void writeInt(int value) throws IOException {
    out.writeInt(value);
    length += Integer.BYTES;
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    length += bytes.length;
  }
}
