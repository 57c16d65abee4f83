package dev.sluice.executor.block;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** One key and the values held for it, in the order they were added. */
final class Group {
  /** The order of groups: hash (unsigned), then the bytes of the key (unsigned). */
  static final Comparator<Group> ORDER = (a, b) -> compare(a.hash, a.key, b.hash, b.key);

  final int hash;
  final byte[] key;
  private Object[] values = new Object[1];
  private int size;

  Group(int hash, byte[] key) {
    this.hash = hash;
    this.key = key;
  }

  static int compare(int hashA, byte[] keyA, int hashB, byte[] keyB) {
    int byHash = Integer.compareUnsigned(hashA, hashB);
    return byHash != 0 ? byHash : Arrays.compareUnsigned(keyA, keyB);
  }

  int size() {
    return size;
  }

  void add(Object value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = value;
  }

  /** Takes a value out, so that its memory can go while the group is being written. */
  Object take(int index) {
    Object value = values[index];
    values[index] = null;
    return value;
  }

  /** The values; nothing is added any more. */
  List<Object> values() {
    return new HeldValues(values, size);
  }
}
