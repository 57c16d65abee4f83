package dev.sluice.translation.state;

import java.util.TreeMap;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * Holds on an output watermark: an ordered multiset of event times in milliseconds. One thread.
 *
 * <p>Many holds of the same time, such as the end of a window for all keys, cost one entry.
 */
public final class WatermarkHolds {
  private static final long NONE = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();

  private final TreeMap<Long, int[]> counts = new TreeMap<>();
  private int size;

  /** What was asked for last; most adds and removes in a row are of the same time. */
  private long lastTime;

  private int[] lastCount;

  /** Adds a hold. */
  public void add(long time) {
    if (lastCount == null || lastTime != time) {
      lastCount = counts.computeIfAbsent(time, absent -> new int[1]);
      lastTime = time;
    }
    lastCount[0]++;
    size++;
  }

  /**
   * Removes one hold of this time.
   *
   * @throws IllegalStateException if there is none
   */
  public void remove(long time) {
    int[] count = lastCount != null && lastTime == time ? lastCount : counts.get(time);
    if (count == null) {
      throw new IllegalStateException("no watermark hold at " + time + " that could be removed");
    }
    size--;
    if (--count[0] == 0) {
      counts.remove(time);
      if (count == lastCount) {
        lastCount = null;
      }
    }
  }

  /** Replaces one hold by another. */
  public void move(long from, long to) {
    if (from != to) {
      add(to);
      remove(from);
    }
  }

  /**
   * The least hold; Beam's {@code TIMESTAMP_MAX_VALUE} if there is none. Never more than that: a
   * later time holds nothing.
   */
  public long min() {
    return counts.isEmpty() ? NONE : Math.min(NONE, counts.firstKey());
  }

  /** Whether nothing is held. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** How many holds there are, equal ones counted each. */
  public int size() {
    return size;
  }

  @Override
  public String toString() {
    return "WatermarkHolds(" + size + ", from " + min() + ")";
  }
}
