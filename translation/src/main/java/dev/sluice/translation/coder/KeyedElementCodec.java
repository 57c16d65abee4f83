package dev.sluice.translation.coder;

import dev.sluice.executor.api.RecordCodec;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.KeyedElement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Encodes a {@link KeyedElement}. The key's bytes are there already, so a {@code KV} is written
 * without encoding its key again:
 *
 * <pre>
 *   +---------------+-----------+---------------------------------------+
 *   | length varint | key bytes | element: windows, time, pane, value V |
 *   +---------------+-----------+---------------------------------------+
 * </pre>
 */
public final class KeyedElementCodec implements RecordCodec {
  private static final long serialVersionUID = 1;

  private final Coder<?> keyCoder;
  private final boolean pair;
  private final ElementCodec rest;

  private KeyedElementCodec(Coder<?> keyCoder, boolean pair, ElementCodec rest) {
    this.keyCoder = keyCoder;
    this.pair = pair;
    this.rest = rest;
  }

  /**
   * A codec of keyed elements: with a {@link KvCoder} the key is split off, else the element is
   * written whole.
   */
  public static KeyedElementCodec of(
      Coder<?> keyCoder, Coder<?> elementCoder, Coder<? extends BoundedWindow> windowCoder) {
    boolean pair = elementCoder instanceof KvCoder;
    Coder<?> rest = pair ? ((KvCoder<?, ?>) elementCoder).getValueCoder() : elementCoder;
    return new KeyedElementCodec(keyCoder, pair, ElementCodec.of(rest, windowCoder));
  }

  @Override
  public void encode(Object record, OutputStream out) throws IOException {
    KeyedElement keyed = (KeyedElement) record;
    byte[] key = keyed.key().bytes();
    VarInt.encode(key.length, out);
    out.write(key);
    WindowedValue<?> element = keyed.element();
    rest.encode(
        pair ? element.withValue(((KV<?, ?>) element.getValue()).getValue()) : element, out);
  }

  @Override
  public Object decode(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(VarInt.decodeInt(in));
    WindowedValue<?> element = (WindowedValue<?>) rest.decode(in);
    if (pair) {
      Object key = keyCoder.decode(new ByteArrayInputStream(bytes));
      element = element.withValue(KV.of(key, element.getValue()));
    }
    return new KeyedElement(Key.of(bytes), element);
  }

  @Override
  public int knownBytes(Object record) {
    return rest.knownBytes(((KeyedElement) record).element());
  }

  @Override
  public String toString() {
    return "keyed by " + keyCoder + ": " + rest;
  }
}
