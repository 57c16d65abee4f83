package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.RecordCodec;
import dev.sluice.translation.coder.KnownSize;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.Coder;

/**
 * A value, or an accumulator, with its timestamp.
 *
 * @param value what may be null
 * @param timestamp milliseconds
 */
record Stamped(Object value, long timestamp) {
  /** Writes and reads stamped values when they spill: timestamp (8 bytes) ‖ value. */
  record Codec(Coder<Object> coder) implements RecordCodec {
    @Override
    public void encode(Object record, OutputStream out) throws IOException {
      Stamped stamped = (Stamped) record;
      new DataOutputStream(out).writeLong(stamped.timestamp());
      coder.encode(stamped.value(), out);
    }

    @Override
    public Object decode(InputStream in) throws IOException {
      long timestamp = new DataInputStream(in).readLong();
      return new Stamped(coder.decode(in), timestamp);
    }

    @Override
    public int knownBytes(Object record) {
      return KnownSize.of(((Stamped) record).value());
    }
  }
}
