package dev.sluice.executor.task;

import dev.sluice.executor.state.RowTable;
import dev.sluice.executor.transport.Inventory;
import dev.sluice.executor.transport.TaskCopy;
import dev.sluice.executor.transport.TaskId;
import dev.sluice.executor.transport.ToExecutor.StageCopied;
import dev.sluice.executor.transport.ToExecutor.StateCopied;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an executor keeps of partitions whose buddy it is: the rows of their state after the last
 * released batch, what they have released of batches that are not committed, and the copy of one
 * task that may or may not be released. Owned by the executor.
 *
 * <p>Invariant: rows are applied only when their task is known to be released, so that a discarded
 * attempt leaves no trace.
 */
final class Standbys {
  /** One partition. */
  static final class Standby {
    private final RowTable rows = RowTable.ofState();
    private final TreeMap<Long, TaskCopy> kept = new TreeMap<>();
    private boolean complete;
    private long released;
    private TaskCopy pending;
    private StageCopied pendingGroup;

    private Standby(boolean complete, long released) {
      this.complete = complete;
      this.released = released;
    }

    /** The state after {@link #released()}; whole. */
    RowTable rows() {
      return rows;
    }

    /** Whether nothing has ever been copied: the partition begins as it began. */
    boolean isUntouched(long firstBatch) {
      return released == firstBatch - 1;
    }

    long released() {
      return released;
    }

    /** The released tasks that are not committed, in order. */
    Iterable<TaskCopy> kept() {
      return kept.values();
    }

    private void release(long upTo) {
      if (pending != null && pending.batch() <= upTo) {
        if (pending.full()) {
          rows.clear();
          complete = true;
        }
        rows.apply(pending.rows());
        keep(pending);
        released = pending.batch();
        pending = null;
        pendingGroup = null;
      }
    }

    private void keep(TaskCopy copy) {
      TaskCopy withoutRows =
          new TaskCopy(
              copy.stage(),
              copy.partition(),
              copy.batch(),
              copy.report(),
              null,
              false,
              copy.blocks(),
              copy.elsewhere());
      TaskCopy before = kept.put(copy.batch(), withoutRows);
      if (before != null) {
        before.release();
      }
    }

    private void discardPending() {
      if (pending != null) {
        pending.release();
        pending = null;
        pendingGroup = null;
      }
    }

    private void clear() {
      discardPending();
      kept.values().forEach(TaskCopy::release);
      kept.clear();
      rows.clear();
    }
  }

  private final Map<TaskId, Standby> standbys = new TreeMap<>();

  /** A partition that begins with the job, or is to be copied whole. */
  void add(TaskId task, boolean complete, long released) {
    Standby before = standbys.put(task, new Standby(complete, released));
    if (before != null) {
      before.clear();
    }
  }

  boolean has(TaskId task) {
    return standbys.containsKey(task);
  }

  /** Copies have come; those of earlier batches are thereby known to be released. */
  void copied(StageCopied message) {
    for (TaskCopy copy : message.copies()) {
      Standby standby = standbys.get(new TaskId(copy.stage(), copy.partition()));
      if (standby == null || copy.batch() <= standby.released) {
        copy.release();
        continue;
      }
      standby.release(copy.batch() - 1);
      standby.discardPending();
      standby.pending = copy;
      standby.pendingGroup = message;
    }
  }

  /** A whole state has come. */
  void copied(StateCopied message) {
    Standby standby = standbys.get(message.task());
    if (standby == null) {
      message.history().forEach(TaskCopy::release);
      return;
    }
    standby.discardPending();
    standby.rows.clear();
    standby.released = message.released();
    if (message.rows() != null) {
      standby.rows.apply(message.rows());
      standby.complete = true;
    }
    message.history().forEach(standby::keep);
  }

  /** A task is released. */
  void released(TaskId task, long batch) {
    Standby standby = standbys.get(task);
    if (standby != null) {
      standby.release(batch);
    }
  }

  /** All batches up to this one are committed. */
  void committed(long batch) {
    for (Standby standby : standbys.values()) {
      standby.release(batch);
      while (!standby.kept.isEmpty() && standby.kept.firstKey() <= batch) {
        standby.kept.pollFirstEntry().getValue().release();
      }
    }
  }

  /**
   * Takes a partition out in order to own it.
   *
   * @param released the last batch that it has released; a later copy is thrown away
   */
  Standby take(TaskId task, long released) {
    Standby standby = standbys.remove(task);
    standby.release(released);
    standby.discardPending();
    if (standby.released != released) {
      throw new IllegalStateException(
          task + " is copied up to batch " + standby.released + ", but has released " + released);
    }
    return standby;
  }

  /** A partition moves to another owner, and stays with this buddy. */
  void moved(TaskId task, long released) {
    Standby standby = standbys.get(task);
    if (standby != null) {
      standby.release(released);
      standby.discardPending();
    }
  }

  /** Forgets a partition. */
  void remove(TaskId task) {
    Standby standby = standbys.remove(task);
    if (standby != null) {
      standby.clear();
    }
  }

  List<TaskId> tasks() {
    return List.copyOf(standbys.keySet());
  }

  /** What there is. */
  List<Inventory.Standby> inventory() {
    List<Inventory.Standby> all = new ArrayList<>();
    standbys.forEach(
        (task, standby) -> {
          StageCopied group = standby.pendingGroup;
          all.add(
              new Inventory.Standby(
                  task,
                  standby.complete,
                  standby.released,
                  standby.pending == null ? standby.released : standby.pending.batch(),
                  standby.pending != null && standby.pending.full(),
                  group == null ? List.of() : tasks(group),
                  group == null ? List.of() : Arrays.stream(group.consumers()).boxed().toList()));
        });
    return all;
  }

  private static List<TaskId> tasks(StageCopied group) {
    return Arrays.stream(group.group()).mapToObj(p -> new TaskId(group.stage(), p)).toList();
  }

  /** Rows of all partitions. */
  long rows() {
    return standbys.values().stream().mapToLong(s -> s.rows.size()).sum();
  }

  /** Hands everything back. */
  void clear() {
    standbys.values().forEach(Standby::clear);
    standbys.clear();
  }
}
