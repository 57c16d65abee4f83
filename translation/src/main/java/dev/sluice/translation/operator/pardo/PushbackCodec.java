package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.RecordCodec;
import dev.sluice.translation.operator.Key;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;

/**
 * Waiting elements in a checkpoint or on disk:
 *
 * <pre>
 *   version 1 | key length + 1 (0: no key) | key | flags | [record id] | [record offset] | element
 *   byte        int                          bytes byte    UTF           long              Beam's coder
 * </pre>
 *
 * Beam's coder of windowed values leaves out what the flags announce.
 */
final class PushbackCodec implements RecordCodec {
  private static final long serialVersionUID = 1;
  private static final int VERSION = 1;
  private static final int RECORD_ID = 1;
  private static final int RECORD_OFFSET = 2;
  private static final int DRAIN = 4;

  private final Coder<WindowedValue<Object>> elementCoder;

  PushbackCodec(Coder<Object> inputCoder, Coder<? extends BoundedWindow> windowCoder) {
    elementCoder = WindowedValues.getFullCoder(inputCoder, windowCoder);
  }

  byte[] encode(Waiting waiting) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    encode(waiting, out);
    return out.toByteArray();
  }

  Waiting decode(byte[] row) throws IOException {
    return decode(new ByteArrayInputStream(row));
  }

  @Override
  @SuppressWarnings("unchecked") // the step's input
  public void encode(Object record, OutputStream to) throws IOException {
    Waiting waiting = (Waiting) record;
    DataOutputStream out = new DataOutputStream(to);
    out.writeByte(VERSION);
    encodeKey(waiting.key(), out);
    encodeMetadata(waiting.element(), out);
    elementCoder.encode((WindowedValue<Object>) waiting.element(), out);
  }

  @Override
  public Waiting decode(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          "an element waiting for a side input is in format "
              + version
              + ", but only format "
              + VERSION
              + " can be read: the checkpoint was written by a newer Sluice");
    }
    Key key = decodeKey(in);
    int flags = in.readUnsignedByte();
    String recordId = (flags & RECORD_ID) == 0 ? null : in.readUTF();
    Long offset = (flags & RECORD_OFFSET) == 0 ? null : in.readLong();
    WindowedValue<Object> element = elementCoder.decode(in);
    if (flags == 0) {
      return new Waiting(key, element);
    }
    return new Waiting(
        key,
        WindowedValues.of(
            element.getValue(),
            element.getTimestamp(),
            element.getWindows(),
            element.getPaneInfo(),
            recordId,
            offset,
            (flags & DRAIN) == 0 ? CausedByDrain.NORMAL : CausedByDrain.CAUSED_BY_DRAIN));
  }

  private static void encodeKey(Key key, DataOutputStream out) throws IOException {
    if (key == null) {
      out.writeInt(0);
    } else {
      out.writeInt(key.bytes().length + 1);
      out.write(key.bytes());
    }
  }

  private static Key decodeKey(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length == 0 ? null : Key.of(in.readNBytes(length - 1));
  }

  private static void encodeMetadata(WindowedValue<?> element, DataOutputStream out)
      throws IOException {
    String recordId = element.getRecordId();
    Long offset = element.getRecordOffset();
    boolean drain = element.causedByDrain() == CausedByDrain.CAUSED_BY_DRAIN;
    out.writeByte(
        (recordId == null ? 0 : RECORD_ID)
            | (offset == null ? 0 : RECORD_OFFSET)
            | (drain ? DRAIN : 0));
    if (recordId != null) {
      out.writeUTF(recordId);
    }
    if (offset != null) {
      out.writeLong(offset);
    }
  }
}
