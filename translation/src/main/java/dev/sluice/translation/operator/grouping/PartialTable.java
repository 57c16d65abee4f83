package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.Key;
import java.util.Arrays;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * The partial accumulators of one window between two flushes, in the order in which their keys
 * came. What is known of keys outlives a flush: in a stream the same keys come again and again, and
 * then need neither a new entry nor to be encoded and hashed once more. One thread.
 */
final class PartialTable {
  private static final int LEAST = 16;

  /** Keys are worth keeping if at least one in so many of those that come is known. */
  private static final int WORTH = 8;

  private final HashTable<Partial> keys = new HashTable<>();

  /** Those with an accumulator, in the order of arrival. */
  private Partial[] live = new Partial[LEAST];

  private int size;
  private int known;
  private BoundedWindow window;

  /** From now on it is the table of a window; nothing is in it. */
  void begin(BoundedWindow of) {
    window = of;
  }

  /** Whether it is the table of a window, as far as that can be seen without encoding. */
  boolean isOf(BoundedWindow other, boolean windowsByEquals) {
    return window == other || (windowsByEquals && window.equals(other));
  }

  BoundedWindow window() {
    return window;
  }

  /** How many accumulators there are. */
  int size() {
    return size;
  }

  /** The accumulator that came as the {@code i}th. */
  Partial get(int i) {
    return live[i];
  }

  /**
   * The entry of a key, made if there is none. It may be one that is not {@link Partial#isLive}; if
   * so, {@link #enliven} is to be called.
   */
  Partial of(Object identity, Object key) {
    int hash = HashTable.hashOf(identity);
    Partial found = keys.find(identity, hash);
    if (found == null) {
      found = new Partial(identity, hash, key);
      keys.add(found);
    }
    return found;
  }

  /** Gives an entry its first accumulator since the last flush. */
  void enliven(Partial partial, Object accumulator, long timestamp) {
    partial.accumulator = accumulator;
    partial.timestamp = timestamp;
    partial.live = true;
    known += partial.known ? 1 : 0;
    if (size == live.length) {
      live = Arrays.copyOf(live, 2 * size);
    }
    live[size++] = partial;
  }

  /**
   * Ends the life of all accumulators, and of the keys as well if there are more of them than can
   * be kept or if they do not come again.
   *
   * @param mostKeys how many keys can be kept
   */
  void flushed(int mostKeys) {
    boolean strangers = keys.size() > size && known < size / WORTH;
    if (keys.size() > mostKeys || strangers) {
      keys.clear();
      live = new Partial[LEAST];
    } else {
      for (int i = 0; i < size; i++) {
        live[i].live = false;
        live[i].known = true;
        live[i].accumulator = null;
      }
      Arrays.fill(live, 0, size, null);
    }
    size = 0;
    known = 0;
    window = null;
  }

  /** How many keys it knows. */
  int keys() {
    return keys.size();
  }

  /** A key with its accumulator. */
  static final class Partial extends HashTable.Entry {
    private final Object decodedKey;

    /** Null before the key was encoded for the first time. */
    private Key encoded;

    private Object accumulator;
    private long timestamp;
    private boolean live;

    /** Whether it has been here at a flush. */
    private boolean known;

    Partial(Object identity, int hash, Object decodedKey) {
      super(identity, hash);
      this.decodedKey = decodedKey;
    }

    Object decodedKey() {
      return decodedKey;
    }

    Key encoded() {
      return encoded;
    }

    void encoded(Key key) {
      encoded = key;
    }

    /** Whether there is an accumulator since the last flush. */
    boolean isLive() {
      return live;
    }

    Object accumulator() {
      return accumulator;
    }

    /** Most often it is the same object, changed; then nothing need be written, nor guarded. */
    void accumulator(Object changed) {
      if (accumulator != changed) {
        accumulator = changed;
      }
    }

    long timestamp() {
      return timestamp;
    }

    void timestamp(long millis) {
      timestamp = millis;
    }
  }
}
