package dev.sluice.translation.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.Coder;

/**
 * A coder of state, with what the cells keep asking it.
 *
 * @param immutable whether nobody can change its values
 */
record StateCoder<T>(Coder<T> coder, boolean immutable) {
  static <T> StateCoder<T> of(Coder<T> coder) {
    return new StateCoder<>(coder, ImmutableTypes.contain(coder));
  }

  void encode(T value, OutputStream out) throws IOException {
    coder.encode(value, out);
  }

  T decode(InputStream in) throws IOException {
    return coder.decode(in);
  }

  /** What makes two values the same. */
  Object structuralValue(T value) {
    return coder.structuralValue(value);
  }
}
