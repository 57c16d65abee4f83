package dev.sluice.translation.operator.grouping;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A hash table of entries that know their keys, for tables that every element meets. Open
 * addressing: hashes lie side by side in an array of their own, so that a search touches one entry,
 * the right one. Entries are only ever added; {@link #clear} forgets them all. One thread.
 *
 * <p>Where many keys collide, those that do not find a place nearby are kept in a {@code HashMap},
 * so that keys chosen to collide cost no more than there.
 *
 * @param <E> the entries
 */
final class HashTable<E extends HashTable.Entry> {
  private static final int LEAST = 16;
  private static final int MOST_KEPT = 1 << 10;

  /** How far from where it belongs an entry may be. */
  private static final int REACH = 64;

  /** What a table holds. */
  abstract static class Entry {
    private final int hash;
    private final Object identity;

    /**
     * An entry.
     *
     * @param identity what it is found by, by {@code equals}; may be null
     * @param hash the same for equal keys; {@link HashTable#hashOf} if there is none that is better
     */
    Entry(Object identity, int hash) {
      this.identity = identity;
      this.hash = hash;
    }

    /** What it is found by. */
    final Object identity() {
      return identity;
    }

    /** The hash of its key. */
    final int hash() {
      return hash;
    }

    final boolean isOf(Object other) {
      return identity == other || (identity != null && identity.equals(other));
    }
  }

  /** Zero where there is no entry, else the hash of the entry in the same place, made non-zero. */
  private int[] hashes;

  private Entry[] entries;
  private int size;

  /** What found no place; null if all did. */
  private Map<Object, E> distant;

  HashTable() {
    allocate(LEAST);
  }

  /** A table that need not grow before it has so many entries. */
  HashTable(int expected) {
    allocate(capacityFor(expected));
  }

  private static int capacityFor(int entries) {
    return Math.max(LEAST, Integer.highestOneBit(Math.max(1, entries)) << 2);
  }

  /** A hash of any key by its {@code hashCode}, whose bits may be anything but random. */
  static int hashOf(Object key) {
    int hash = key == null ? 0 : key.hashCode() * 0x9e3779b9;
    return hash ^ hash >>> 15;
  }

  private void allocate(int capacity) {
    hashes = new int[capacity];
    entries = new Entry[capacity];
    distant = null;
  }

  int size() {
    return size;
  }

  /**
   * The entry of a key, or null.
   *
   * @param hash as that of its entry would be
   */
  @SuppressWarnings("unchecked") // only such entries are added
  E find(Object key, int hash) {
    int mark = mark(hash);
    int mask = hashes.length - 1;
    int at = hash & mask;
    for (int i = 0; i < REACH; i++) {
      int there = hashes[at];
      if (there == mark && entries[at].isOf(key)) {
        return (E) entries[at];
      }
      if (there == 0) {
        return null;
      }
      at = at + 1 & mask;
    }
    return distant == null ? null : distant.get(key);
  }

  /** Adds an entry whose key is not in the table. */
  void add(E entry) {
    if (2 * (size + 1) > hashes.length) {
      grow();
    }
    place(entry);
    size++;
  }

  private void place(E entry) {
    int mask = hashes.length - 1;
    int at = entry.hash() & mask;
    for (int i = 0; i < REACH; i++) {
      if (hashes[at] == 0) {
        hashes[at] = mark(entry.hash());
        entries[at] = entry;
        return;
      }
      at = at + 1 & mask;
    }
    if (distant == null) {
      distant = new HashMap<>();
    }
    distant.put(entry.identity(), entry);
  }

  private void grow() {
    HashTable<E> larger = new HashTable<>(size + 1);
    forEach(larger::place);
    hashes = larger.hashes;
    entries = larger.entries;
    distant = larger.distant;
  }

  /** Gives all entries, in no order that means anything. */
  @SuppressWarnings("unchecked")
  void forEach(Consumer<? super E> consumer) {
    for (Entry entry : entries) {
      if (entry != null) {
        consumer.accept((E) entry);
      }
    }
    if (distant != null) {
      distant.values().forEach(consumer);
    }
  }

  /** Forgets all entries. */
  void clear() {
    size = 0;
    distant = null;
    if (hashes.length > MOST_KEPT) {
      allocate(LEAST);
    } else {
      Arrays.fill(hashes, 0);
      Arrays.fill(entries, null);
    }
  }

  private static int mark(int hash) {
    return hash == 0 ? 1 : hash;
  }
}
