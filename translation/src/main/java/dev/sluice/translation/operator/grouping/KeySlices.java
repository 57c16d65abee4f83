package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.slices.Slices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.CoderException;

/**
 * What has come for a key in windows that have not all fired: its slices by their begins, and apart
 * from them what came for single windows. Windows pass over it in order, each at most once.
 */
final class KeySlices implements Comparable<KeySlices> {
  /** There is no next window. */
  static final long NONE = Long.MAX_VALUE;

  private static final SlicePart[] EMPTY = {};

  final Key key;
  final Object decodedKey;

  /** The next window that it has something in, which its owner has put it down for; or NONE. */
  long next = NONE;

  private final RunningSlices running;

  /** Slices are those from head to tail. */
  private SlicePart[] slices = EMPTY;

  private int head;
  private int tail;

  /** Slices before this have entered the running sum. */
  private int entered;

  /** By window; null until there is one. */
  private TreeMap<Long, SlicePart> windows;

  KeySlices(Key key, Object decodedKey, RunningSlices running) {
    this.key = key;
    this.decodedKey = decodedKey;
    this.running = running;
  }

  /** Adds an accumulator, which is not used any more, to a slice. */
  SlicePart addToSlice(long begin, Object accumulator, Accumulators with) throws CoderException {
    int at = position(begin);
    if (at == tail || slices[at].begin != begin) {
      SlicePart added = new SlicePart(this, begin, false, accumulator);
      insert(at, added);
      return added;
    }
    SlicePart found = slices[at];
    if (at < entered && !running.grow(found, accumulator)) {
      enterAgain();
    }
    found.accumulator = with.merge(found.accumulator, accumulator);
    return found;
  }

  /** Adds an accumulator, which is not used any more, to a single window. */
  SlicePart addToWindow(long begin, Object accumulator, Accumulators with) {
    if (windows == null) {
      windows = new TreeMap<>();
    }
    SlicePart found = windows.get(begin);
    if (found == null) {
      found = new SlicePart(this, begin, true, accumulator);
      windows.put(begin, found);
    } else {
      found.accumulator = with.merge(found.accumulator, accumulator);
    }
    return found;
  }

  /** What a window comes to, with something in it; an accumulator that is the caller's. */
  Object sum(long window, Slices of, Accumulators with) throws CoderException {
    long end = window + of.size();
    while (entered < tail && slices[entered].begin < end) {
      running.enter(slices[entered++]);
    }
    SlicePart alone = windows == null ? null : windows.get(window);
    if (entered == head) {
      return with.copy(alone.accumulator);
    }
    return alone == null ? running.sum() : with.add(running.sum(), alone.accumulator);
  }

  /**
   * The window has fired: lets go of what no later one needs, and finds the next.
   *
   * @param gone takes what is let go of
   */
  void pass(long window, Slices of, List<SlicePart> gone) throws CoderException {
    long reach = of.reach(window + of.period());
    while (head < tail && slices[head].begin < reach) {
      SlicePart oldest = slices[head];
      if (head < entered) {
        running.leave(oldest);
      } else {
        entered++;
      }
      slices[head++] = null;
      gone.add(oldest);
    }
    if (windows != null) {
      SlicePart alone = windows.remove(window);
      if (alone != null) {
        gone.add(alone);
      }
      windows = windows.isEmpty() ? null : windows;
    }
    next = nextFrom(window + of.period(), of);
  }

  /** The first window from some window on that it has something in, or NONE. */
  long nextFrom(long window, Slices of) {
    long bySlice = head == tail ? NONE : Math.max(window, of.firstWindow(slices[head].begin));
    return windows == null ? bySlice : Math.min(bySlice, windows.firstKey());
  }

  /** How many slices and single windows there are. */
  int size() {
    return tail - head + (windows == null ? 0 : windows.size());
  }

  /** All slices, then all single windows. */
  List<SlicePart> parts() {
    List<SlicePart> parts = new ArrayList<>(Arrays.asList(slices).subList(head, tail));
    if (windows != null) {
      parts.addAll(windows.values());
    }
    return parts;
  }

  /** Where a slice is or belongs; mostly at the end. */
  private int position(long begin) {
    int low = head;
    int high = tail;
    if (high > low && slices[high - 1].begin <= begin) {
      return slices[high - 1].begin == begin ? high - 1 : high;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (slices[middle].begin < begin) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void insert(int position, SlicePart added) {
    int at = position;
    if (tail == slices.length) {
      at -= head;
      makeRoom();
    }
    if (at < entered) {
      enterAgain();
    }
    System.arraycopy(slices, at, slices, at + 1, tail - at);
    slices[at] = added;
    tail++;
  }

  /** Moves the slices to the begin of an array that has room for one more at least. */
  private void makeRoom() {
    int size = tail - head;
    SlicePart[] roomy = new SlicePart[Math.max(2, size + (size >> 1) + 1)];
    System.arraycopy(slices, head, roomy, 0, size);
    slices = roomy;
    entered -= head;
    head = 0;
    tail = size;
  }

  private void enterAgain() {
    running.clear();
    entered = head;
  }

  @Override
  public int compareTo(KeySlices that) {
    return key.compareTo(that.key);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
