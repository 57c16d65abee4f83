package dev.sluice.executor.block;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Encoded records, each with its length before it (drawn at {@link Block#crc32c()}), in chunks of
 * modest size, so that neither a tiny block nor a record of 100 MB needs one large array.
 */
final class ChunkedBytes extends OutputStream {
  private static final int FIRST_CHUNK = 64;
  private static final int LARGEST_CHUNK = 64 << 10;

  /** All but the last are full. */
  private final List<byte[]> chunks = new ArrayList<>(1);

  private byte[] chunk = {};
  private int position;
  private long bytes;
  private long capacity;
  private int records;

  ChunkedBytes() {}

  /** Of bytes that are there already; the arrays are its own from now on. */
  ChunkedBytes(List<byte[]> full, int records) {
    for (byte[] each : full) {
      if (each.length > 0) {
        chunks.add(each);
        chunk = each;
        position = each.length;
        bytes += each.length;
      }
    }
    this.capacity = bytes;
    this.records = records;
  }

  /** Bytes in all. */
  long bytes() {
    return bytes;
  }

  /** Bytes of memory in all. */
  long capacity() {
    return capacity;
  }

  /** Records in all. */
  int records() {
    return records;
  }

  /**
   * Appends a record, or nothing if it cannot be encoded; only the number of one that is kept.
   *
   * @throws IOException if it cannot be encoded, or is larger than 2 GB
   */
  void append(RecordFormat format, Object record) throws IOException {
    if (format.keeps(record)) {
      writeInt(~format.keep(record));
      records++;
      return;
    }
    int startChunk = chunks.size() - 1;
    int startPosition = position;
    long start = bytes;
    try {
      writeInt(0);
      format.encode(record, this);
      long length = bytes - start - Integer.BYTES;
      if (length > Integer.MAX_VALUE) {
        throw new RecordCodecException(
            format.name() + ": a record of " + length + " bytes is larger than 2 GB", null);
      }
      patch(startChunk, startPosition, (int) length);
      records++;
    } catch (Throwable e) {
      truncate(startChunk, startPosition, start);
      throw e;
    }
  }

  /** Appends a record that is encoded already. */
  void appendEncoded(byte[] record) {
    writeInt(record.length);
    write(record, 0, record.length);
    records++;
  }

  private void writeInt(int value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      write(value >>> shift);
    }
  }

  private void patch(int index, int offset, int value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      while (index < 0 || offset == chunks.get(index).length) {
        index++;
        offset = 0;
      }
      chunks.get(index)[offset++] = (byte) (value >>> shift);
    }
  }

  private void truncate(int index, int offset, long length) {
    while (chunks.size() > index + 1) {
      capacity -= chunks.remove(chunks.size() - 1).length;
    }
    chunk = index < 0 ? new byte[0] : chunks.get(index);
    position = offset;
    bytes = length;
  }

  @Override
  public void write(int b) {
    if (position == chunk.length) {
      nextChunk(1);
    }
    chunk[position++] = (byte) b;
    bytes++;
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    int left = length;
    while (left > 0) {
      if (position == chunk.length) {
        nextChunk(left);
      }
      int count = Math.min(left, chunk.length - position);
      System.arraycopy(from, offset + length - left, chunk, position, count);
      position += count;
      left -= count;
    }
    bytes += length;
  }

  private void nextChunk(int wanted) {
    int size = Math.max(FIRST_CHUNK, Math.max(wanted, chunk.length * 2));
    chunk = new byte[Math.min(LARGEST_CHUNK, size)];
    chunks.add(chunk);
    capacity += chunk.length;
    position = 0;
  }

  /** Brings a checksum forward over all bytes. */
  void updateChecksum(CRC32C checksum) {
    for (int i = 0; i < chunks.size(); i++) {
      checksum.update(chunks.get(i), 0, sizeOf(i));
    }
  }

  /** Writes all bytes in large pieces. */
  void writeTo(OutputStream out) throws IOException {
    for (int i = 0; i < chunks.size(); i++) {
      out.write(chunks.get(i), 0, sizeOf(i));
    }
  }

  /** All bytes, where they are. */
  List<ByteBuffer> buffers() {
    List<ByteBuffer> buffers = new ArrayList<>(chunks.size());
    for (int i = 0; i < chunks.size(); i++) {
      buffers.add(ByteBuffer.wrap(chunks.get(i), 0, sizeOf(i)));
    }
    return buffers;
  }

  private int sizeOf(int i) {
    return i == chunks.size() - 1 ? position : chunks.get(i).length;
  }

  /**
   * Reads from the beginning; chunks already read are dropped if {@code consume}. Nothing is
   * written any more.
   */
  InputStream reader(boolean consume) {
    return new Reader(consume);
  }

  private final class Reader extends InputStream {
    private final boolean consume;
    private int index;
    private int offset;

    Reader(boolean consume) {
      this.consume = consume;
    }

    private boolean atEnd() {
      while (index < chunks.size() && offset == sizeOf(index)) {
        if (consume) {
          chunks.set(index, null);
        }
        index++;
        offset = 0;
      }
      return index == chunks.size();
    }

    @Override
    public int read() {
      return atEnd() ? -1 : chunks.get(index)[offset++] & 0xff;
    }

    @Override
    public int read(byte[] into, int start, int length) {
      if (length == 0) {
        return 0;
      }
      if (atEnd()) {
        return -1;
      }
      int count = Math.min(length, sizeOf(index) - offset);
      System.arraycopy(chunks.get(index), offset, into, start, count);
      offset += count;
      return count;
    }

    @Override
    public int available() {
      return atEnd() ? 0 : sizeOf(index) - offset;
    }
  }
}
