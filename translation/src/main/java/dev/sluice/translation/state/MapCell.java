package dev.sluice.translation.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.state.ReadableStates;
import org.apache.beam.sdk.util.VarInt;

/** A map, its keys compared by structural value, in the order of their first insertion. */
final class MapCell<K, V> extends Cell implements MapState<K, V> {
  private final StateCoder<K> keyCoder;
  private final StateCoder<V> valueCoder;
  private final Map<Object, Map.Entry<K, V>> contents = new LinkedHashMap<>();

  MapCell(CellType type, NamespaceCells home, StateCoder<K> keyCoder, StateCoder<V> valueCoder) {
    super(type, home);
    this.keyCoder = keyCoder;
    this.valueCoder = valueCoder;
  }

  @Override
  public void put(K key, V value) {
    putQuietly(key, value);
    changed();
  }

  private void putQuietly(K key, V value) {
    contents.put(keyCoder.structuralValue(key), new SimpleImmutableEntry<>(key, value));
  }

  /** Decided at once, whether or not the result is ever read. */
  @Override
  public ReadableState<V> computeIfAbsent(K key, Function<? super K, ? extends V> mappingFunction) {
    V present = lookUp(key, null);
    if (present == null) {
      put(key, mappingFunction.apply(key));
    }
    return ReadableStates.immediate(present);
  }

  @Override
  public void remove(K key) {
    if (contents.remove(keyCoder.structuralValue(key)) != null) {
      changed();
    }
  }

  @Override
  public ReadableState<V> get(K key) {
    return getOrDefault(key, null);
  }

  @Override
  public ReadableState<V> getOrDefault(K key, V defaultValue) {
    return new Deferred<>(() -> lookUp(key, defaultValue));
  }

  private V lookUp(K key, V defaultValue) {
    Map.Entry<K, V> entry = contents.get(keyCoder.structuralValue(key));
    if (entry == null) {
      return defaultValue;
    }
    if (!valueCoder.immutable()) {
      handedOut();
    }
    return entry.getValue();
  }

  @Override
  public ReadableState<Iterable<K>> keys() {
    return new Deferred<>(() -> list(Map.Entry::getKey));
  }

  @Override
  public ReadableState<Iterable<V>> values() {
    return new Deferred<>(() -> list(Map.Entry::getValue));
  }

  @Override
  public ReadableState<Iterable<Map.Entry<K, V>>> entries() {
    return new Deferred<>(() -> list(entry -> entry));
  }

  private <T> Iterable<T> list(Function<Map.Entry<K, V>, T> part) {
    if (!keyCoder.immutable() || !valueCoder.immutable()) {
      handedOut();
    }
    List<T> list = new ArrayList<>(contents.size());
    for (Map.Entry<K, V> entry : contents.values()) {
      list.add(part.apply(entry));
    }
    return Collections.unmodifiableList(list);
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
    for (Map.Entry<K, V> entry : contents.values()) {
      keyCoder.encode(entry.getKey(), out);
      valueCoder.encode(entry.getValue(), out);
    }
  }

  @Override
  void decode(InputStream in) throws IOException {
    int count = VarInt.decodeInt(in);
    for (int i = 0; i < count; i++) {
      K key = keyCoder.decode(in);
      putQuietly(key, valueCoder.decode(in));
    }
  }
}
