package dev.sluice.executor.block;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** The values of a group that fits into memory. Immutable. */
final class HeldValues extends AbstractList<Object> implements RandomAccess {
  private final Object[] values;
  private final int size;

  HeldValues(Object[] values, int size) {
    this.values = values;
    this.size = size;
  }

  @Override
  public Object get(int index) {
    return values[Objects.checkIndex(index, size)];
  }

  @Override
  public int size() {
    return size;
  }
}
