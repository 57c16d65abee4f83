package dev.sluice.translation.state;

import dev.sluice.translation.operator.Key;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * A hash table of what is kept for keys, for what every element looks up: open addressing, with the
 * hashes in an array of their own, so that a search touches the right entry and no other. Unlike a
 * {@code HashMap} it has no objects of its own per key. One thread.
 *
 * <p>Where many keys collide, those that do not find a place nearby are kept in a {@code HashMap},
 * so that keys chosen to collide cost no more than there.
 *
 * @param <E> the entries
 */
final class KeyTable<E extends KeyTable.Entry> implements Iterable<E> {
  private static final int LEAST = 16;

  /** A table that is no larger stays as it is when it gets empty. */
  private static final int SMALL = 1 << 14;

  /** One with fewer entries in as many places is made smaller; keys tend to come back. */
  private static final int SPARSE = 64;

  /** How far from where it belongs an entry may be. */
  private static final int REACH = 64;

  /** What a table holds. */
  abstract static class Entry {
    final Key key;

    Entry(Key key) {
      this.key = key;
    }
  }

  /** Zero where there is no entry, else the hash of the entry in the same place, made non-zero. */
  private int[] hashes = new int[LEAST];

  private Entry[] entries = new Entry[LEAST];
  private int shift = Integer.numberOfLeadingZeros(LEAST) + 1;

  /** How many there are, those that found no place included. */
  private int size;

  /** What found no place; null if all did. */
  private Map<Key, E> distant;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The entry of a key, or null. */
  @SuppressWarnings("unchecked") // only such entries are added
  E find(Key key) {
    int mark = mark(key.hash());
    int mask = hashes.length - 1;
    int at = home(mark);
    for (int i = 0; i < REACH; i++) {
      int there = hashes[at];
      if (there == mark && entries[at].key.equals(key)) {
        return (E) entries[at];
      }
      if (there == 0) {
        break;
      }
      at = at + 1 & mask;
    }
    return distant == null ? null : distant.get(key);
  }

  /** Adds an entry whose key is not in the table. */
  void add(E entry) {
    if (2 * (size + 1) > hashes.length) {
      resize(2 * hashes.length);
    }
    place(entry, mark(entry.key.hash()));
    size++;
  }

  private void place(E entry, int mark) {
    int mask = hashes.length - 1;
    int at = home(mark);
    for (int i = 0; i < REACH; i++) {
      if (hashes[at] == 0) {
        hashes[at] = mark;
        entries[at] = entry;
        return;
      }
      at = at + 1 & mask;
    }
    if (distant == null) {
      distant = new HashMap<>();
    }
    distant.put(entry.key, entry);
  }

  /** Removes an entry that is in the table. */
  void remove(E entry) {
    int mask = hashes.length - 1;
    int at = home(mark(entry.key.hash()));
    for (int i = 0; i < REACH && hashes[at] != 0; i++) {
      if (entries[at] == entry) {
        close(at);
        size--;
        shrink();
        return;
      }
      at = at + 1 & mask;
    }
    if (distant == null || distant.remove(entry.key) == null) {
      throw new IllegalStateException("what is to be removed is not there: " + entry.key);
    }
    size--;
  }

  /** Those behind a gap move up, so that no search ends too early. */
  private void close(int removed) {
    int mask = hashes.length - 1;
    int gap = removed;
    for (int at = gap + 1 & mask; hashes[at] != 0; at = at + 1 & mask) {
      int home = home(hashes[at]);
      if ((at - home & mask) >= (at - gap & mask)) {
        hashes[gap] = hashes[at];
        entries[gap] = entries[at];
        gap = at;
      }
    }
    hashes[gap] = 0;
    entries[gap] = null;
  }

  private void shrink() {
    if (hashes.length > SMALL && size < hashes.length / SPARSE) {
      resize(hashes.length / 4);
    }
  }

  @SuppressWarnings("unchecked") // only such entries are added
  private void resize(int capacity) {
    int[] oldHashes = hashes;
    Entry[] oldEntries = entries;
    Map<Key, E> oldDistant = distant;
    hashes = new int[capacity];
    entries = new Entry[capacity];
    shift = Integer.numberOfLeadingZeros(capacity) + 1;
    distant = null;
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldHashes[i] != 0) {
        place((E) oldEntries[i], oldHashes[i]);
      }
    }
    if (oldDistant != null) {
      oldDistant.values().forEach(entry -> place(entry, mark(entry.key.hash())));
    }
  }

  private int home(int mark) {
    return (mark * 0x9e3779b9) >>> shift;
  }

  private static int mark(int hash) {
    return hash == 0 ? 1 : hash;
  }

  /** All entries, in no order that means anything; the table must not be changed meanwhile. */
  @Override
  public Iterator<E> iterator() {
    return new All<>(entries, distant == null ? null : distant.values().iterator());
  }

  private static final class All<E extends Entry> implements Iterator<E> {
    private final Entry[] entries;
    private final Iterator<E> distant;
    private int next;

    All(Entry[] entries, Iterator<E> distant) {
      this.entries = entries;
      this.distant = distant;
      skip();
    }

    private void skip() {
      while (next < entries.length && entries[next] == null) {
        next++;
      }
    }

    @Override
    public boolean hasNext() {
      return next < entries.length || (distant != null && distant.hasNext());
    }

    @Override
    @SuppressWarnings("unchecked") // only such entries are added
    public E next() {
      if (next < entries.length) {
        E entry = (E) entries[next++];
        skip();
        return entry;
      }
      if (distant == null) {
        throw new NoSuchElementException();
      }
      return distant.next();
    }
  }
}
