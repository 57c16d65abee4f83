package dev.sluice.translation.state;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Items filed under times, of which many share one, as the ends of windows. Those of one time lie
 * in a bucket, in no order, and the buckets in a heap; so to file or remove an item touches it and
 * at most one other, however many there are. Items know where they are. One thread.
 *
 * <p>An item may be filed under a time before its true one, which is looked up when the filed one
 * is the least: one that moves later, as most do, stays where it is.
 *
 * @param <T> the items
 */
abstract class TimeBuckets<T> {
  /** The items of one time. */
  static final class Bucket {
    final long time;
    private Object[] items = new Object[2];
    private int size;
    private int inHeap = IntrusiveHeap.NOWHERE;

    private Bucket(long time) {
      this.time = time;
    }
  }

  private static final class Heap extends IntrusiveHeap<Bucket> {
    Heap() {
      super(0);
    }

    @Override
    boolean before(Bucket a, Bucket b) {
      return a.time < b.time;
    }

    @Override
    int place(Bucket bucket) {
      return bucket.inHeap;
    }

    @Override
    void placed(Bucket bucket, int newPlace) {
      bucket.inHeap = newPlace;
    }
  }

  private final Map<Long, Bucket> byTime = new HashMap<>();
  private final Heap inOrder = new Heap();
  private Bucket last;
  private int size;

  /** The item's true time. */
  abstract long time(T item);

  /** What {@link #placed} said last; null at first. */
  abstract Bucket bucket(T item);

  /** What {@link #placed} said last. */
  abstract int place(T item);

  /** The item is in this bucket at this place now; in none if null. */
  abstract void placed(T item, Bucket bucket, int place);

  final int size() {
    return size;
  }

  /** Files an item, which may be filed already, under its time. */
  final void file(T item) {
    Bucket filed = bucket(item);
    if (filed == null) {
      add(item);
    } else if (time(item) < filed.time) {
      remove(item);
      add(item);
    }
  }

  private void add(T item) {
    Bucket bucket = bucketOf(time(item));
    if (bucket.size == bucket.items.length) {
      bucket.items = Arrays.copyOf(bucket.items, 2 * bucket.size);
    }
    placed(item, bucket, bucket.size);
    bucket.items[bucket.size++] = item;
    size++;
  }

  private Bucket bucketOf(long time) {
    if (last == null || last.time != time) {
      last = byTime.get(time);
      if (last == null) {
        last = new Bucket(time);
        byTime.put(time, last);
        inOrder.add(last);
      }
    }
    return last;
  }

  /** Removes an item that is filed. */
  @SuppressWarnings("unchecked") // only Ts are filed
  final void remove(T item) {
    Bucket bucket = bucket(item);
    int place = place(item);
    T other = (T) bucket.items[--bucket.size];
    bucket.items[bucket.size] = null;
    if (place < bucket.size) {
      bucket.items[place] = other;
      placed(other, bucket, place);
    }
    placed(item, null, 0);
    size--;
    if (bucket.size == 0) {
      byTime.remove(bucket.time);
      inOrder.remove(bucket);
      if (last == bucket) {
        last = null;
      }
    }
  }

  /** The least time; {@code Long.MAX_VALUE} if nothing is filed. */
  @SuppressWarnings("unchecked") // only Ts are filed
  final long min() {
    while (!inOrder.isEmpty()) {
      Bucket first = inOrder.top();
      T item = (T) first.items[first.size - 1];
      if (time(item) == first.time) {
        return first.time;
      }
      remove(item);
      add(item);
    }
    return Long.MAX_VALUE;
  }

  /** Gives the items filed before a time, in no order that means anything. */
  @SuppressWarnings("unchecked") // only Ts are filed
  final void filedBefore(long time, Consumer<T> visitor) {
    inOrder.walk(
        bucket -> bucket.time < time,
        bucket -> {
          for (int i = 0; i < bucket.size; i++) {
            visitor.accept((T) bucket.items[i]);
          }
        });
  }
}
