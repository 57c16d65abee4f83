package dev.sluice.translation.coder;

import dev.sluice.executor.api.RecordCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;

/** Encodes a {@link WindowedValue} with the coders of its collection. */
public final class ElementCodec implements RecordCodec {
  private static final long serialVersionUID = 1;

  private final Coder<WindowedValue<Object>> coder;

  private ElementCodec(Coder<WindowedValue<Object>> coder) {
    this.coder = coder;
  }

  /** A codec of elements with this value coder and window coder. */
  @SuppressWarnings(
      "unchecked") // records are opaque to the engine; whoever builds an edge knows its coder
  public static ElementCodec of(Coder<?> valueCoder, Coder<? extends BoundedWindow> windowCoder) {
    return new ElementCodec(WindowedValues.getFullCoder((Coder<Object>) valueCoder, windowCoder));
  }

  @Override
  @SuppressWarnings("unchecked")
  public void encode(Object record, OutputStream out) throws IOException {
    coder.encode((WindowedValue<Object>) record, out);
  }

  @Override
  public Object decode(InputStream in) throws IOException {
    return coder.decode(in);
  }

  @Override
  public int knownBytes(Object record) {
    return KnownSize.of(((WindowedValue<?>) record).getValue());
  }

  @Override
  public String toString() {
    return coder.toString();
  }
}
