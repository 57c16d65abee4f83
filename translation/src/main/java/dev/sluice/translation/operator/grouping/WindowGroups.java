package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.runners.core.LateDataUtils;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowingStrategy;

/** The groups of one window that has not fired yet: a hash table by key. */
final class WindowGroups implements Comparable<WindowGroups> {
  private final BoundedWindow window;
  private final Object identity;
  private final byte[] encoded;
  private final long end;
  private final long expiry;
  private final HashTable<Group> groups;

  /** Groups that differ from their rows in the last committed snapshot. */
  private final List<Group> changed = new ArrayList<>();

  WindowGroups(
      BoundedWindow window, Object identity, byte[] encoded, WindowingStrategy<?, ?> windowing) {
    this(window, identity, encoded, windowing, 0);
  }

  /**
   * The same for a window of which one knows something.
   *
   * @param expected how many groups there may be
   */
  WindowGroups(
      BoundedWindow window,
      Object identity,
      byte[] encoded,
      WindowingStrategy<?, ?> windowing,
      int expected) {
    this.window = window;
    this.identity = identity;
    this.encoded = encoded;
    this.groups = new HashTable<>(expected);
    this.end = window.maxTimestamp().getMillis();
    this.expiry = LateDataUtils.garbageCollectionTime(window, windowing).getMillis();
  }

  BoundedWindow window() {
    return window;
  }

  /** Whether it is this window, as far as that can be seen without encoding. */
  boolean isOf(BoundedWindow other, boolean windowsByEquals) {
    return window == other || (windowsByEquals && window.equals(other));
  }

  /** What stands for the window in tables: equal for equal encodings. */
  Object identity() {
    return identity;
  }

  byte[] encoded() {
    return encoded;
  }

  long end() {
    return end;
  }

  /** The window fires when the watermark has passed this. */
  long expiry() {
    return expiry;
  }

  /** The group of a key, or null. */
  Group find(Key key) {
    return groups.find(key, key.hash());
  }

  int size() {
    return groups.size();
  }

  void put(Group group) {
    groups.add(group);
  }

  /** A group was made or changed. */
  void changed(Group group) {
    if (!group.changed) {
      group.changed = true;
      changed.add(group);
    }
  }

  /** Returns the changed groups, which count as unchanged from now on. */
  List<Group> takeChanged() {
    List<Group> taken = new ArrayList<>(changed);
    taken.forEach(group -> group.changed = false);
    changed.clear();
    return taken;
  }

  /** All groups, in no order that means anything. */
  List<Group> all() {
    List<Group> all = new ArrayList<>(groups.size());
    groups.forEach(all::add);
    return all;
  }

  /** All groups, in the canonical order of keys. */
  List<Group> inOrder() {
    List<Group> all = all();
    all.sort((left, right) -> left.key.compareTo(right.key));
    return all;
  }

  @Override
  public int compareTo(WindowGroups that) {
    int byEnd = Long.compare(end, that.end);
    return byEnd != 0 ? byEnd : Arrays.compareUnsigned(encoded, that.encoded);
  }

  /** What has come for a key in the window. */
  static final class Group extends HashTable.Entry {
    /** No hold. */
    static final long NONE = Long.MIN_VALUE;

    final WindowGroups in;
    final Key key;
    final Object decodedKey;
    Object accumulator;

    /** Combined timestamp of the elements that were not behind the output watermark, or NONE. */
    long hold = NONE;

    /** Whether there is a row of it, or may be, in snapshots. */
    boolean persisted;

    private boolean changed;

    Group(WindowGroups in, Key key, Object decodedKey, Object accumulator) {
      super(key, key.hash());
      this.in = in;
      this.key = key;
      this.decodedKey = decodedKey;
      this.accumulator = accumulator;
    }
  }
}
