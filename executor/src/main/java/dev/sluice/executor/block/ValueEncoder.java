package dev.sluice.executor.block;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Makes arrays of exactly the size of a value's encoding. */
final class ValueEncoder {
  private static final int LARGEST_KEPT = 1 << 20;

  private final RecordFormat format;
  private ByteArrayOutputStream buffer = new ByteArrayOutputStream();

  ValueEncoder(RecordFormat format) {
    this.format = format;
  }

  byte[] encode(Object value) throws IOException {
    buffer.reset();
    format.encode(value, buffer);
    byte[] bytes = buffer.toByteArray();
    if (bytes.length > LARGEST_KEPT) {
      buffer = new ByteArrayOutputStream();
    }
    return bytes;
  }
}
