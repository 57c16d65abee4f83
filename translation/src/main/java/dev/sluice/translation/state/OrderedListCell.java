package dev.sluice.translation.state;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.beam.sdk.state.OrderedListState;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * A list ordered by time, elements of the same time in the order they were added. Ranges include
 * their beginning and exclude their limit.
 */
final class OrderedListCell<T> extends Cell implements OrderedListState<T> {
  private final StateCoder<T> coder;
  private final NavigableMap<Long, List<T>> contents = new TreeMap<>();

  OrderedListCell(CellType type, NamespaceCells home, StateCoder<T> coder) {
    super(type, home);
    this.coder = coder;
  }

  @Override
  public void add(TimestampedValue<T> input) {
    at(input.getTimestamp().getMillis()).add(input.getValue());
    changed();
  }

  private List<T> at(long time) {
    return contents.computeIfAbsent(time, absent -> new ArrayList<>(1));
  }

  @Override
  public Iterable<TimestampedValue<T>> read() {
    return list(contents);
  }

  @Override
  public Iterable<TimestampedValue<T>> readRange(Instant minTimestamp, Instant limitTimestamp) {
    return list(range(minTimestamp, limitTimestamp));
  }

  private NavigableMap<Long, List<T>> range(Instant minTimestamp, Instant limitTimestamp) {
    return contents.subMap(minTimestamp.getMillis(), true, limitTimestamp.getMillis(), false);
  }

  private Iterable<TimestampedValue<T>> list(NavigableMap<Long, List<T>> range) {
    if (!coder.immutable()) {
      handedOut();
    }
    List<TimestampedValue<T>> list = new ArrayList<>();
    for (Map.Entry<Long, List<T>> entry : range.entrySet()) {
      Instant time = Instant.ofEpochMilli(entry.getKey());
      for (T value : entry.getValue()) {
        list.add(TimestampedValue.of(value, time));
      }
    }
    return Collections.unmodifiableList(list);
  }

  @Override
  public void clearRange(Instant minTimestamp, Instant limitTimestamp) {
    NavigableMap<Long, List<T>> range = range(minTimestamp, limitTimestamp);
    if (!range.isEmpty()) {
      range.clear();
      changed();
    }
  }

  @Override
  public OrderedListState<T> readRangeLater(Instant minTimestamp, Instant limitTimestamp) {
    return this;
  }

  @Override
  public OrderedListState<T> readLater() {
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
    DataOutputStream times = new DataOutputStream(out);
    VarInt.encode(contents.size(), out);
    for (Map.Entry<Long, List<T>> entry : contents.entrySet()) {
      times.writeLong(entry.getKey());
      VarInt.encode(entry.getValue().size(), out);
      for (T value : entry.getValue()) {
        coder.encode(value, out);
      }
    }
  }

  @Override
  void decode(InputStream in) throws IOException {
    DataInputStream times = new DataInputStream(in);
    int count = VarInt.decodeInt(in);
    for (int i = 0; i < count; i++) {
      List<T> values = at(times.readLong());
      int size = VarInt.decodeInt(in);
      for (int j = 0; j < size; j++) {
        values.add(coder.decode(in));
      }
    }
  }
}
