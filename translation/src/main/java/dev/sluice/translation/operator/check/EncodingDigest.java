package dev.sluice.translation.operator.check;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;

/** Length and checksum of a value's encoding, made without keeping the encoding. */
record EncodingDigest(long length, long checksum) {
  /**
   * Encodes a value.
   *
   * @throws CoderException if the coder cannot
   */
  static <T> EncodingDigest of(T value, Coder<T> coder) throws CoderException {
    Digesting out = new Digesting();
    try {
      coder.encode(value, out);
    } catch (CoderException e) {
      throw e;
    } catch (IOException e) {
      throw new CoderException("cannot encode " + value.getClass() + " with " + coder, e);
    }
    return new EncodingDigest(out.length, out.checksum.getValue());
  }

  private static final class Digesting extends OutputStream {
    private final CRC32C checksum = new CRC32C();
    private long length;

    @Override
    public void write(int b) {
      checksum.update(b);
      length++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      checksum.update(bytes, offset, count);
      length += count;
    }
  }
}
