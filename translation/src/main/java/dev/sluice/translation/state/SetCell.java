package dev.sluice.translation.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.state.ReadableStates;
import org.apache.beam.sdk.state.SetState;
import org.apache.beam.sdk.util.VarInt;

/** A set of elements compared by structural value, in the order of their first insertion. */
final class SetCell<T> extends Cell implements SetState<T> {
  private final StateCoder<T> coder;
  private final Map<Object, T> contents = new LinkedHashMap<>();

  SetCell(CellType type, NamespaceCells home, StateCoder<T> coder) {
    super(type, home);
    this.coder = coder;
  }

  /** Decided at once, as Beam's tests of state want it; other questions wait for their reading. */
  @Override
  public ReadableState<Boolean> contains(T element) {
    return ReadableStates.immediate(contents.containsKey(coder.structuralValue(element)));
  }

  /** Decided at once, whether or not the result is ever read. */
  @Override
  public ReadableState<Boolean> addIfAbsent(T element) {
    return ReadableStates.immediate(insert(element));
  }

  @Override
  public void add(T element) {
    insert(element);
  }

  private boolean insert(T element) {
    Object identity = coder.structuralValue(element);
    if (contents.containsKey(identity)) {
      return false;
    }
    contents.put(identity, element);
    changed();
    return true;
  }

  @Override
  public void remove(T element) {
    Object identity = coder.structuralValue(element);
    if (contents.containsKey(identity)) {
      contents.remove(identity);
      changed();
    }
  }

  @Override
  public Iterable<T> read() {
    if (!coder.immutable()) {
      handedOut();
    }
    return Collections.unmodifiableList(new ArrayList<>(contents.values()));
  }

  @Override
  public SetState<T> readLater() {
    return this;
  }

  @Override
  public ReadableState<Boolean> isEmpty() {
    return new Deferred<>(this::hasNothing);
  }

  @Override
  public void clear() {
    contents.clear();
    changed();
  }

  @Override
  boolean hasNothing() {
    return contents.isEmpty();
  }

  @Override
  void encode(OutputStream out) throws IOException {
    VarInt.encode(contents.size(), out);
    for (T element : contents.values()) {
      coder.encode(element, out);
    }
  }

  @Override
  void decode(InputStream in) throws IOException {
    int count = VarInt.decodeInt(in);
    for (int i = 0; i < count; i++) {
      T element = coder.decode(in);
      contents.put(coder.structuralValue(element), element);
    }
  }
}
