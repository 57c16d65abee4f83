package dev.sluice.executor.block;

import java.util.Arrays;

/** Groups by hash and key: open addressing with linear probing, at most half full. */
final class GroupTable {
  private static final int FIRST_SLOTS = 16;

  private Group[] slots = {};
  private int size;

  int size() {
    return size;
  }

  /** The group of a key, or null. */
  Group find(int hash, byte[] key) {
    if (size == 0) {
      return null;
    }
    Group group = slots[slotOf(slots, hash, key)];
    return group;
  }

  /** Adds a group whose key is not there. */
  void add(Group group) {
    if (2 * (size + 1) > slots.length) {
      grow();
    }
    slots[slotOf(slots, group.hash, group.key)] = group;
    size++;
  }

  private void grow() {
    Group[] larger = new Group[Math.max(FIRST_SLOTS, Math.multiplyExact(slots.length, 2))];
    for (Group group : slots) {
      if (group != null) {
        larger[slotOf(larger, group.hash, group.key)] = group;
      }
    }
    slots = larger;
  }

  /** Where a key is, or where it would go. */
  private static int slotOf(Group[] slots, int hash, byte[] key) {
    int mask = slots.length - 1;
    int slot = hash & mask; // the partition is chosen by the high bits
    while (true) {
      Group group = slots[slot];
      if (group == null || (group.hash == hash && Arrays.equals(group.key, key))) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** Takes all groups out, in {@link Group#ORDER}. */
  Group[] takeSorted() {
    Group[] groups = new Group[size];
    int count = 0;
    for (Group group : slots) {
      if (group != null) {
        groups[count++] = group;
      }
    }
    slots = new Group[0];
    size = 0;
    Arrays.sort(groups, Group.ORDER);
    return groups;
  }
}
