package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Strings with their length; refuses those that begin with "!", and forgets a byte of those with
 * "?".
 */
final class StringCodec implements RecordCodec {
  private static final long serialVersionUID = 1;

  @Override
  public void encode(Object record, OutputStream out) throws IOException {
    String string = (String) record;
    byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(bytes.length);
    data.write(bytes, 0, bytes.length / 2);
    if (string.startsWith("!")) {
      throw new IOException("unwanted");
    }
    data.write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
  }

  @Override
  public Object decode(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    byte[] bytes = new byte[data.readInt()];
    data.readFully(bytes, 0, Math.min(1, bytes.length));
    int forgotten = bytes.length > 1 && bytes[0] == '?' ? 1 : 0;
    if (bytes.length > 1) {
      data.readFully(bytes, 1, bytes.length - 1 - forgotten);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "StringCodec";
  }
}
