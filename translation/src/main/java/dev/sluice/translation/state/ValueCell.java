package dev.sluice.translation.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.state.ValueState;

/** One value. A written null is the same as nothing, since it reads the same. */
final class ValueCell<T> extends Cell implements ValueState<T> {
  private final StateCoder<T> coder;
  private T value;

  ValueCell(CellType type, NamespaceCells home, StateCoder<T> coder) {
    super(type, home);
    this.coder = coder;
  }

  @Override
  public T read() {
    if (!coder.immutable()) {
      handedOut();
    }
    return value;
  }

  @Override
  public ValueState<T> readLater() {
    return this;
  }

  @Override
  public void write(T input) {
    value = input;
    changed();
  }

  @Override
  public void clear() {
    write(null);
  }

  @Override
  boolean hasNothing() {
    return value == null;
  }

  @Override
  void encode(OutputStream out) throws IOException {
    coder.encode(value, out);
  }

  @Override
  void decode(InputStream in) throws IOException {
    value = coder.decode(in);
  }
}
