package dev.sluice.translation.operator.slices;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.StructuredCoder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;

/**
 * Slices and windows.
 *
 * <pre>
 *   0 (byte) ‖ begin of the slice (8 bytes, big-endian milliseconds)
 *   1 (byte) ‖ window, by Beam's coder of interval windows
 * </pre>
 */
final class SliceCoder extends StructuredCoder<BoundedWindow> {
  private static final long serialVersionUID = 1;
  private static final int SLICE = 0;
  private static final int WINDOW = 1;

  private final Slices slices;

  SliceCoder(Slices slices) {
    this.slices = slices;
  }

  @Override
  public void encode(BoundedWindow window, OutputStream out) throws IOException {
    if (window instanceof SliceWindow slice) {
      out.write(SLICE);
      new DataOutputStream(out).writeLong(slice.begin());
    } else {
      out.write(WINDOW);
      IntervalWindow.getCoder().encode((IntervalWindow) window, out);
    }
  }

  @Override
  public BoundedWindow decode(InputStream in) throws IOException {
    int kind = in.read();
    if (kind == SLICE) {
      return new SliceWindow(slices, new DataInputStream(in).readLong());
    }
    if (kind == WINDOW) {
      return IntervalWindow.getCoder().decode(in);
    }
    throw new CoderException("neither a slice nor a window: " + kind);
  }

  @Override
  public List<? extends Coder<?>> getCoderArguments() {
    return List.of();
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean consistentWithEquals() {
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SliceCoder that && slices.equals(that.slices);
  }

  @Override
  public int hashCode() {
    return slices.hashCode();
  }
}
