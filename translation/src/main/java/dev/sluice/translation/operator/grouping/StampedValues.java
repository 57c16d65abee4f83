package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.Spillable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.StringJoiner;

/** The values of a group without their timestamps; read anew by each iteration. Not changeable. */
record StampedValues(Iterable<Object> stamped)
    implements Iterable<Object>, Spillable, Serializable {
  private static final long serialVersionUID = 1;

  /** What a {@code SerializableCoder} writes: the values, read for good. */
  private Object writeReplace() {
    ArrayList<Object> values = new ArrayList<>();
    forEach(values::add);
    return values;
  }

  @Override
  public boolean isOnDisk() {
    return stamped instanceof Spillable values && values.isOnDisk();
  }

  @Override
  public Iterator<Object> iterator() {
    Iterator<Object> values = stamped.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return values.hasNext();
      }

      @Override
      public Object next() {
        return ((Stamped) values.next()).value();
      }
    };
  }

  @Override
  public String toString() {
    StringJoiner all = new StringJoiner(", ", "[", "]");
    forEach(value -> all.add(String.valueOf(value)));
    return all.toString();
  }
}
