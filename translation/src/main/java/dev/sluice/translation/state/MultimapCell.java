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
import org.apache.beam.sdk.state.MultimapState;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.util.VarInt;

/** A multimap, its keys compared by structural value, in the order of their first insertion. */
final class MultimapCell<K, V> extends Cell implements MultimapState<K, V> {
  private record Group<K, V>(K key, List<V> values) {}

  private final StateCoder<K> keyCoder;
  private final StateCoder<V> valueCoder;
  private final Map<Object, Group<K, V>> contents = new LinkedHashMap<>();

  MultimapCell(
      CellType type, NamespaceCells home, StateCoder<K> keyCoder, StateCoder<V> valueCoder) {
    super(type, home);
    this.keyCoder = keyCoder;
    this.valueCoder = valueCoder;
  }

  @Override
  public void put(K key, V value) {
    group(key).values().add(value);
    changed();
  }

  private Group<K, V> group(K key) {
    return contents.computeIfAbsent(
        keyCoder.structuralValue(key), absent -> new Group<>(key, new ArrayList<>(2)));
  }

  @Override
  public void remove(K key) {
    if (contents.remove(keyCoder.structuralValue(key)) != null) {
      changed();
    }
  }

  @Override
  public ReadableState<Iterable<V>> get(K key) {
    return new Deferred<>(
        () -> {
          Group<K, V> group = contents.get(keyCoder.structuralValue(key));
          if (group == null) {
            return Collections.emptyList();
          }
          if (!valueCoder.immutable()) {
            handedOut();
          }
          return Collections.unmodifiableList(new ArrayList<>(group.values()));
        });
  }

  @Override
  public ReadableState<Iterable<K>> keys() {
    return new Deferred<>(
        () -> {
          if (!keyCoder.immutable()) {
            handedOut();
          }
          List<K> keys = new ArrayList<>(contents.size());
          contents.values().forEach(group -> keys.add(group.key()));
          return Collections.unmodifiableList(keys);
        });
  }

  @Override
  public ReadableState<Iterable<Map.Entry<K, V>>> entries() {
    return new Deferred<>(
        () -> {
          if (!keyCoder.immutable() || !valueCoder.immutable()) {
            handedOut();
          }
          List<Map.Entry<K, V>> entries = new ArrayList<>();
          for (Group<K, V> group : contents.values()) {
            for (V value : group.values()) {
              entries.add(new SimpleImmutableEntry<>(group.key(), value));
            }
          }
          return Collections.unmodifiableList(entries);
        });
  }

  @Override
  public ReadableState<Boolean> containsKey(K key) {
    return new Deferred<>(() -> contents.containsKey(keyCoder.structuralValue(key)));
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
    for (Group<K, V> group : contents.values()) {
      keyCoder.encode(group.key(), out);
      VarInt.encode(group.values().size(), out);
      for (V value : group.values()) {
        valueCoder.encode(value, out);
      }
    }
  }

  @Override
  void decode(InputStream in) throws IOException {
    int groups = VarInt.decodeInt(in);
    for (int i = 0; i < groups; i++) {
      Group<K, V> group = group(keyCoder.decode(in));
      int count = VarInt.decodeInt(in);
      for (int j = 0; j < count; j++) {
        group.values().add(valueCoder.decode(in));
      }
    }
  }
}
