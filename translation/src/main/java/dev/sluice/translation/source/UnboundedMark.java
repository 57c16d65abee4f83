package dev.sluice.translation.source;

import dev.sluice.executor.api.Watermarks;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A place in a split of an unbounded source.
 *
 * <pre>
 *   version 1 | whether there is a checkpoint mark 1 | watermark 8, big endian | the mark, by its coder
 * </pre>
 *
 * @param watermark what was reported up to here, on the engine's scale
 * @param encoded the source's checkpoint mark, or null at the beginning
 */
record UnboundedMark(long watermark, byte[] encoded) {
  static final UnboundedMark BEGINNING = new UnboundedMark(Watermarks.MIN, null);
  private static final byte VERSION = 1;
  private static final int HEADER = 10;

  byte[] encode() {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER + (encoded == null ? 0 : encoded.length));
    buffer.put(VERSION).put((byte) (encoded == null ? 0 : 1)).putLong(watermark);
    if (encoded != null) {
      buffer.put(encoded);
    }
    return buffer.array();
  }

  static UnboundedMark decode(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER || buffer.get() != VERSION) {
      throw new IOException("not a mark of an unbounded source, or of another version");
    }
    boolean present = buffer.get() != 0;
    long watermark = buffer.getLong();
    if (!present) {
      return new UnboundedMark(watermark, null);
    }
    byte[] encoded = new byte[buffer.remaining()];
    buffer.get(encoded);
    return new UnboundedMark(watermark, encoded);
  }
}
