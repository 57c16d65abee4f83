package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Byte arrays with their length. */
final class BytesCodec implements RecordCodec {
  private static final long serialVersionUID = 1;

  @Override
  public void encode(Object record, OutputStream out) throws IOException {
    byte[] bytes = (byte[]) record;
    new DataOutputStream(out).writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  public Object decode(InputStream in) throws IOException {
    byte[] bytes = new byte[new DataInputStream(in).readInt()];
    new DataInputStream(in).readFully(bytes);
    return bytes;
  }
}
