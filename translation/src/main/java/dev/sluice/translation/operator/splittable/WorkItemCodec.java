package dev.sluice.translation.operator.splittable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;

/**
 * Work items in a checkpoint:
 *
 * <pre>
 *   version 1 | flags | hold | resume at | element      | restriction | [estimator state]
 *   byte        byte    long   long        Beam's coder   its coder     its coder, if started
 * </pre>
 */
final class WorkItemCodec implements Serializable {
  private static final int VERSION = 1;
  private static final int STARTED = 1;
  private static final int TRUNCATED = 2;
  private static final long serialVersionUID = 1;

  private final Coder<WindowedValue<Object>> elementCoder;
  private final Coder<Object> restrictionCoder;
  private final Coder<Object> estimatorStateCoder;

  @SuppressWarnings("unchecked") // types are erased from here on
  WorkItemCodec(
      Coder<?> elementCoder,
      Coder<? extends BoundedWindow> windowCoder,
      Coder<?> restrictionCoder,
      Coder<?> estimatorStateCoder) {
    this.elementCoder = WindowedValues.getFullCoder((Coder<Object>) elementCoder, windowCoder);
    this.restrictionCoder = (Coder<Object>) restrictionCoder;
    this.estimatorStateCoder = (Coder<Object>) estimatorStateCoder;
  }

  byte[] encode(WorkItem item) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(VERSION);
    out.writeByte((item.started() ? STARTED : 0) | (item.truncated() ? TRUNCATED : 0));
    out.writeLong(item.hold());
    out.writeLong(item.resumeAt());
    elementCoder.encode(item.element(), out);
    restrictionCoder.encode(item.restriction(), out);
    if (item.started()) {
      estimatorStateCoder.encode(item.estimatorState(), out);
    }
    return bytes.toByteArray();
  }

  WorkItem decode(byte[] row) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(row));
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          "a splittable work item is in format "
              + version
              + ", but only format "
              + VERSION
              + " can be read: the checkpoint was written by a newer Sluice");
    }
    int flags = in.readUnsignedByte();
    boolean started = (flags & STARTED) != 0;
    long hold = in.readLong();
    long resumeAt = in.readLong();
    WindowedValue<Object> element = elementCoder.decode(in);
    Object restriction = restrictionCoder.decode(in);
    Object state = started ? estimatorStateCoder.decode(in) : null;
    boolean truncated = (flags & TRUNCATED) != 0;
    return new WorkItem(element, restriction, started, state, hold, resumeAt, truncated);
  }
}
