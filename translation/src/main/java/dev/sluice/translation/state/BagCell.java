package dev.sluice.translation.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.util.VarInt;

/**
 * A bag. What {@link #read} returns costs nothing and never changes: later elements lie beyond its
 * end, and clearing takes a new array.
 */
final class BagCell<T> extends Cell implements BagState<T> {
  private static final Object[] NOTHING = {};

  private final StateCoder<T> coder;
  private Object[] elements = NOTHING;
  private int size;

  BagCell(CellType type, NamespaceCells home, StateCoder<T> coder) {
    super(type, home);
    this.coder = coder;
  }

  @Override
  public Iterable<T> read() {
    if (!coder.immutable()) {
      handedOut();
    }
    return new Snapshot<>(elements, size);
  }

  @Override
  public BagState<T> readLater() {
    return this;
  }

  @Override
  public void add(T value) {
    append(value);
    changed();
  }

  private void append(T value) {
    if (size == elements.length) {
      elements = Arrays.copyOf(elements, Math.max(4, size + (size >> 1)));
    }
    elements[size++] = value;
  }

  @Override
  public ReadableState<Boolean> isEmpty() {
    return new Deferred<>(this::hasNothing);
  }

  @Override
  public void clear() {
    elements = NOTHING;
    size = 0;
    changed();
  }

  @Override
  boolean hasNothing() {
    return size == 0;
  }

  @Override
  void encode(OutputStream out) throws IOException {
    VarInt.encode(size, out);
    for (T element : new Snapshot<T>(elements, size)) {
      coder.encode(element, out);
    }
  }

  @Override
  void decode(InputStream in) throws IOException {
    int count = VarInt.decodeInt(in);
    for (int i = 0; i < count; i++) {
      append(coder.decode(in));
    }
  }

  /** What a read returns; users may give it to a {@code SerializableCoder}. */
  private static final class Snapshot<T> extends AbstractList<T>
      implements RandomAccess, Serializable {
    private static final long serialVersionUID = 1;

    private final transient Object[] elements;
    private final transient int size;

    Snapshot(Object[] elements, int size) {
      this.elements = elements;
      this.size = size;
    }

    @Override
    @SuppressWarnings("unchecked") // only Ts are put in
    public T get(int index) {
      return (T) elements[Objects.checkIndex(index, size)];
    }

    @Override
    public int size() {
      return size;
    }

    private Object writeReplace() {
      return new ArrayList<>(this);
    }
  }
}
