package dev.sluice.translation.state;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A binary heap whose items know their places, so that any of them can be moved or removed. It
 * keeps its least item at the top and says nothing about the order of equal ones.
 */
abstract class IntrusiveHeap<T> {
  /** The place of an item that is in no heap. */
  static final int NOWHERE = -1;

  private Object[] items;
  private int size;

  IntrusiveHeap(int capacity) {
    items = new Object[capacity];
  }

  /** The order. */
  abstract boolean before(T a, T b);

  /** Where {@link #placed} put the item. */
  abstract int place(T item);

  /** The item is at this place now. */
  abstract void placed(T item, int place);

  final int size() {
    return size;
  }

  final boolean isEmpty() {
    return size == 0;
  }

  /** The least item, null if there is none. */
  final T top() {
    return size == 0 ? null : at(0);
  }

  /** Any item; places run from 0 to {@link #size} - 1. */
  @SuppressWarnings("unchecked") // only Ts are put in
  final T at(int place) {
    return (T) items[place];
  }

  final void add(T item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, Math.max(2, size * 2));
    }
    items[size++] = item;
    up(item, size - 1);
  }

  final void remove(T item) {
    int place = place(item);
    T last = at(--size);
    items[size] = null;
    placed(item, NOWHERE);
    if (place < size) {
      up(last, place);
      down(last, place(last));
    }
    if (items.length > 16 && size < items.length / 4) {
      items = Arrays.copyOf(items, items.length / 2);
    }
  }

  /** The item's rank may have changed in either direction. */
  final void moved(T item) {
    up(item, place(item));
    down(item, place(item));
  }

  /**
   * Gives every item that {@code reached} says yes to, in no particular order; nothing below an
   * item that it says no to is looked at. The heap must not be changed meanwhile.
   */
  final void walk(Predicate<T> reached, Consumer<T> visitor) {
    walk(0, reached, visitor);
  }

  private void walk(int place, Predicate<T> reached, Consumer<T> visitor) {
    if (place < size && reached.test(at(place))) {
      visitor.accept(at(place));
      walk(2 * place + 1, reached, visitor);
      walk(2 * place + 2, reached, visitor);
    }
  }

  private void up(T item, int from) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      if (!before(item, at(parent))) {
        break;
      }
      put(at(parent), place);
      place = parent;
    }
    put(item, place);
  }

  private void down(T item, int from) {
    int place = from;
    while (true) {
      int child = 2 * place + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && before(at(child + 1), at(child))) {
        child++;
      }
      if (!before(at(child), item)) {
        break;
      }
      put(at(child), place);
      place = child;
    }
    put(item, place);
  }

  private void put(T item, int place) {
    items[place] = item;
    placed(item, place);
  }
}
