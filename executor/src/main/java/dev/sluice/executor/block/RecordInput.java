package dev.sluice.executor.block;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** One record after the other out of bytes with lengths (drawn at {@link Block#crc32c()}). */
final class RecordInput extends InputStream {
  private final InputStream in;
  private int left;

  RecordInput(InputStream in) {
    this.in = in;
  }

  /** Reads the next record. */
  Object next(RecordFormat format) throws IOException {
    left = Integer.BYTES;
    int length = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      int b = read();
      if (b < 0) {
        throw new EOFException(format.name() + ": a block ends before its last record");
      }
      length = length << 8 | b;
    }
    if (length < 0) {
      return format.kept(~length);
    }
    left = length;
    return format.decode(this);
  }

  @Override
  public int read() throws IOException {
    if (left <= 0) {
      return -1;
    }
    left--;
    return in.read();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left <= 0) {
      return -1;
    }
    int count = in.read(into, offset, Math.min(length, left));
    left -= Math.max(0, count);
    return count;
  }

  @Override
  public int available() throws IOException {
    return Math.min(left, in.available());
  }
}
