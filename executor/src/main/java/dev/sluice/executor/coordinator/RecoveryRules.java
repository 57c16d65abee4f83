package dev.sluice.executor.coordinator;

import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.Inventory;
import dev.sluice.executor.transport.Inventory.Arrived;
import dev.sluice.executor.transport.Inventory.Owned;
import dev.sluice.executor.transport.Inventory.Standby;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.TaskId;
import dev.sluice.executor.transport.ToExecutor.Moved;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What follows from the inventories of all live members when an epoch begins (DESIGN section 4,
 * DECIDE): a pure function.
 *
 * <p>An attempt of a dead owner is released if somebody knows that it is, or if it is complete: its
 * whole release group is with live buddies, and its blocks are with live consumers. Every other
 * attempt of a dead owner is discarded. A live owner says itself how far it has released.
 */
final class RecoveryRules {
  /** What is to happen. */
  sealed interface Verdict {
    /**
     * The job goes on.
     *
     * @param committed the last batch that is committed
     * @param time the next batch may not have an earlier processing time
     * @param open all later batches, in order
     * @param moved partitions that have moved, now or before, and how far they have released
     */
    record GoOn(long committed, long time, List<OpenBatch> open, List<Moved> moved)
        implements Verdict {}

    /**
     * Something that is needed has no copy.
     *
     * @param what what is missing, for people
     */
    record RollBack(String what) implements Verdict {}
  }

  private record TaskBatch(TaskId task, long batch) {}

  private final JobPlan plan;
  private final Assignment before;
  private final Assignment after;
  private final Map<Integer, Inventory> inventories;
  private final Map<TaskId, Long> knownReleased = new HashMap<>();
  private final Map<Integer, Set<TaskBatch>> arrived = new HashMap<>();
  private final Map<Integer, Map<TaskId, Standby>> standbys = new HashMap<>();
  private final Map<TaskId, Long> owned = new HashMap<>();

  private RecoveryRules(JobPlan plan, Assignment after, Map<Integer, Inventory> inventories) {
    this.plan = plan;
    this.before = plan.assignment();
    this.after = after;
    this.inventories = inventories;
    inventories.forEach(this::index);
  }

  private void index(int executor, Inventory inventory) {
    Set<TaskBatch> here = new HashSet<>();
    for (Arrived task : inventory.arrived()) {
      here.add(new TaskBatch(task.task(), task.batch()));
      if (task.released()) {
        knownReleased.merge(task.task(), task.batch(), Math::max);
      }
    }
    arrived.put(executor, here);
    Map<TaskId, Standby> kept = new HashMap<>();
    for (Standby standby : inventory.standbys()) {
      kept.put(standby.task(), standby);
      knownReleased.merge(standby.task(), standby.released(), Math::max);
    }
    standbys.put(executor, kept);
    for (Owned own : inventory.owned()) {
      owned.put(own.task(), own.released());
    }
  }

  /**
   * Decides.
   *
   * @param plan the job in the epoch that has ended
   * @param after the next assignment
   * @param inventories those of all members of {@code after} that were there before
   * @param unsettled partitions that moved in an earlier epoch whose repair was not reported
   */
  static Verdict decide(
      JobPlan plan, Assignment after, Map<Integer, Inventory> inventories, Set<TaskId> unsettled) {
    return new RecoveryRules(plan, after, inventories).decide(unsettled);
  }

  private Verdict decide(Set<TaskId> unsettled) {
    long committed = plan.firstBatch() - 1;
    long time = Long.MIN_VALUE;
    for (Inventory inventory : inventories.values()) {
      time = Math.max(time, inventory.time());
      committed = Math.max(committed, inventory.committed());
    }
    TreeMap<Long, OpenBatch> open = new TreeMap<>();
    for (Inventory inventory : inventories.values()) {
      for (OpenBatch batch : inventory.open()) {
        if (batch.descriptor().batch() > committed) {
          open.put(batch.descriptor().batch(), batch);
        }
      }
    }
    if (!open.isEmpty() && open.lastKey() - committed != open.size()) {
      return new Verdict.RollBack(
          "the descriptors of some batches between " + committed + " and " + open.lastKey());
    }
    List<Moved> moved = new ArrayList<>();
    for (TaskId task : movedTasks(unsettled)) {
      int from = before.owner(task.stage(), task.partition());
      Long released = inventories.containsKey(from) ? owned.get(task) : releasedByTheDead(task);
      if (released == null) {
        return new Verdict.RollBack(
            "the copy of partition "
                + task.partition()
                + " of stage "
                + plan.graph().stages().get(task.stage()).name());
      }
      moved.add(new Moved(task, released));
    }
    return new Verdict.GoOn(committed, time, List.copyOf(open.values()), moved);
  }

  private Set<TaskId> movedTasks(Set<TaskId> unsettled) {
    Set<TaskId> moved = new TreeSet<>(unsettled);
    for (StageSpec stage : plan.graph().stages()) {
      for (int p = 0; p < stage.partitions(); p++) {
        if (before.owner(stage.id(), p) != after.owner(stage.id(), p)) {
          moved.add(new TaskId(stage.id(), p));
        }
      }
    }
    return moved;
  }

  /** How far a partition of a dead owner has released; null if its next owner cannot go on. */
  private Long releasedByTheDead(TaskId task) {
    Standby standby = standby(task);
    if (standby == null) {
      return null;
    }
    long released = Math.max(standby.released(), knownReleased.getOrDefault(task, Long.MIN_VALUE));
    boolean pending = standby.copied() > standby.released();
    if (pending && released < standby.copied() && isReleased(standby)) {
      released = standby.copied();
    }
    boolean applied = pending && released >= standby.copied();
    if (released > standby.copied() || !(standby.complete() || (applied && standby.full()))) {
      return null;
    }
    return released;
  }

  private Standby standby(TaskId task) {
    int buddy = before.buddy(task.stage(), task.partition());
    Map<TaskId, Standby> kept = standbys.get(buddy);
    return kept == null ? null : kept.get(task);
  }

  /** Whether the release group of a copy is known to be released, or complete. */
  private boolean isReleased(Standby standby) {
    long batch = standby.copied();
    for (TaskId member : standby.group()) {
      if (knownReleased.getOrDefault(member, Long.MIN_VALUE) >= batch) {
        return true;
      }
    }
    for (TaskId member : standby.group()) {
      Standby own = standby(member);
      if (own == null || own.copied() < batch) {
        return false;
      }
    }
    for (int consumer : standby.consumers()) {
      Set<TaskBatch> there = arrived.get(consumer);
      if (there == null || !there.contains(new TaskBatch(standby.task(), batch))) {
        return false;
      }
    }
    return true;
  }
}
