package dev.sluice.executor.state;

import dev.sluice.executor.api.Storage;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Goes through the rows of an object (drawn at {@link SnapshotFile}), one slice in memory at a
 * time. Believes nothing: lengths are compared with what is left of the object before anything is
 * allocated, and every difference from the format is a {@link SnapshotException}.
 */
final class SnapshotObjectReader implements AutoCloseable {
  private static final int BUFFER = 64 << 10;

  private final Storage storage;
  private final String name;
  private final DataInputStream in;
  private final CRC32C checksum = new CRC32C();
  private final SnapshotHeader header;

  /** Bytes of the object not yet read, and how many were. */
  private long left;

  private long offset;

  private ByteBuffer slice = ByteBuffer.allocate(0);
  private String table;
  private int leftInSlice;
  private long rows;
  private Row row;

  /** Opens an object and reads its header. */
  SnapshotObjectReader(Storage storage, String name) throws IOException {
    this.storage = storage;
    this.name = name;
    try {
      this.left = storage.length(name);
      this.in = new DataInputStream(new BufferedInputStream(storage.read(name, 0, left), BUFFER));
    } catch (IOException e) {
      throw SnapshotException.unreadable(storage, name, e);
    }
    try {
      this.header = readHeader();
    } catch (Throwable e) {
      in.close();
      throw e;
    }
  }

  SnapshotHeader header() {
    return header;
  }

  private SnapshotHeader readHeader() throws IOException {
    byte[] start = read(SnapshotFile.HEADER_START, "the header");
    ByteBuffer buffer = ByteBuffer.wrap(start);
    expect(buffer.getInt() == SnapshotFile.MAGIC, "it is not a snapshot of Sluice");
    int version = buffer.getShort();
    expect(
        version == SnapshotFile.VERSION,
        "its format has version "
            + version
            + ", and this Sluice reads version "
            + SnapshotFile.VERSION);
    int length = buffer.getInt();
    expect(length >= 0 && length <= SnapshotFile.MAX_FIELDS, "the header's length is wrong");
    byte[] fields = read(length, "the header");
    expect(
        ByteBuffer.wrap(read(Integer.BYTES, "the header")).getInt()
            == checksumOf(start, start.length, fields),
        "the header's checksum does not match");
    ByteBuffer from = ByteBuffer.wrap(fields);
    try {
      String hashName = string(from);
      int maxParallelism = from.getInt();
      String jobName = string(from);
      String jobId = string(from);
      int run = from.getInt();
      long batch = from.getLong();
      String stage = string(from);
      int partition = from.getInt();
      String parent = string(from);
      expect(!from.hasRemaining(), "the header has more fields than expected");
      return new SnapshotHeader(
          hashName,
          maxParallelism,
          jobName,
          jobId,
          run,
          batch,
          stage,
          partition,
          parent.isEmpty() ? null : parent);
    } catch (BufferUnderflowException e) {
      throw damaged("the header has fewer fields than expected");
    }
  }

  /** Goes to the next row; false after the last, when the end has been checked. */
  boolean advance() throws IOException {
    while (leftInSlice == 0) {
      expect(!slice.hasRemaining(), "a slice has more bytes than rows");
      if (!nextSlice()) {
        row = null;
        return false;
      }
    }
    Row previous = row;
    try {
      int keyGroup = slice.getInt();
      int keyLength = slice.getInt();
      int valueLength = slice.getInt();
      row =
          new Row(table, keyGroup, bytes(keyLength), valueLength == -1 ? null : bytes(valueLength));
    } catch (BufferUnderflowException e) {
      throw damaged("a slice has fewer bytes than its rows");
    }
    expect(
        row.keyGroup() >= Row.NO_KEY_GROUP && row.keyGroup() < header.maxParallelism(),
        "a row has key group " + row.keyGroup());
    expect(previous == null || Row.BY_ADDRESS.compare(previous, row) < 0, "rows are out of order");
    leftInSlice--;
    rows++;
    return true;
  }

  /** The row it is at. */
  Row row() {
    return row;
  }

  private boolean nextSlice() throws IOException {
    byte[] start = read(SnapshotFile.SLICE_START, "its end");
    ByteBuffer buffer = ByteBuffer.wrap(start);
    int kind = buffer.getInt();
    if (kind == SnapshotFile.END) {
      expect(
          buffer.getInt(12) == checksumOf(start, 12, new byte[0]),
          "the end's checksum does not match");
      expect(buffer.getLong(4) == rows, "it should have " + buffer.getLong(4) + " rows");
      expect(left == 0, left + " bytes follow its end");
      return false;
    }
    expect(kind == SnapshotFile.SLICE, "there are neither rows nor the end");
    leftInSlice = buffer.getInt();
    int length = buffer.getInt();
    expect(leftInSlice > 0 && length >= 0, "a slice's length is wrong");
    byte[] body = read(length, "a slice");
    expect(buffer.getInt(12) == checksumOf(start, 12, body), "a slice's checksum does not match");
    slice = ByteBuffer.wrap(body);
    try {
      table = string(slice);
    } catch (BufferUnderflowException e) {
      throw damaged("a slice has no table");
    }
    return true;
  }

  private byte[] read(int count, String what) throws IOException {
    expect(
        count <= left,
        "it ends within " + what + ": " + count + " bytes expected, " + left + " left");
    byte[] bytes = new byte[count];
    try {
      in.readFully(bytes);
    } catch (IOException e) {
      throw SnapshotException.unreadable(storage, name, e);
    }
    left -= count;
    offset += count;
    return bytes;
  }

  private static String string(ByteBuffer from) {
    return new String(bytes(from, from.getInt()), StandardCharsets.UTF_8);
  }

  private byte[] bytes(int length) {
    return bytes(slice, length);
  }

  private static byte[] bytes(ByteBuffer from, int length) {
    if (length < 0 || length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }

  private int checksumOf(byte[] start, int count, byte[] rest) {
    checksum.reset();
    checksum.update(start, 0, count);
    checksum.update(rest);
    return (int) checksum.getValue();
  }

  private void expect(boolean condition, String otherwise) throws SnapshotException {
    if (!condition) {
      throw damaged(otherwise);
    }
  }

  private SnapshotException damaged(String what) {
    return SnapshotException.damaged(storage, name, offset, what);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
