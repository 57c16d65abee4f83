package dev.sluice.executor.coordinator;

import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.Inventory;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A change of a job's assignment that is under way: the inventories of those that stay are being
 * collected. Owned by the coordinator.
 */
final class Recovery {
  private final Assignment next;
  private final Set<Integer> awaited;
  private final Map<Integer, Inventory> inventories = new TreeMap<>();

  /**
   * Begins with none.
   *
   * @param next the assignment that is to begin
   * @param awaited whose inventories are needed
   */
  Recovery(Assignment next, Set<Integer> awaited) {
    this.next = next;
    this.awaited = awaited;
  }

  Assignment next() {
    return next;
  }

  /** Takes an inventory; returns whether all are there. */
  boolean take(Inventory inventory) {
    if (inventory.epoch() != next.epoch() || !awaited.remove(inventory.executor())) {
      return false;
    }
    inventories.put(inventory.executor(), inventory);
    return awaited.isEmpty();
  }

  Map<Integer, Inventory> inventories() {
    return inventories;
  }
}
