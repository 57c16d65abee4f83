package dev.sluice.translation.source;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A place in a sequence of bounded sources.
 *
 * <pre>
 *   version 1 | done 1 | records 8, big endian
 * </pre>
 *
 * @param done whether everything has been read
 * @param records how many records have been read
 */
record BoundedMark(boolean done, long records) {
  static final BoundedMark BEGINNING = new BoundedMark(false, 0);
  private static final byte VERSION = 1;

  byte[] encode() {
    return ByteBuffer.allocate(10).put(VERSION).put((byte) (done ? 1 : 0)).putLong(records).array();
  }

  static BoundedMark decode(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length != 10 || buffer.get() != VERSION) {
      throw new IOException("not a mark of a bounded source, or of another version");
    }
    return new BoundedMark(buffer.get() != 0, buffer.getLong());
  }
}
