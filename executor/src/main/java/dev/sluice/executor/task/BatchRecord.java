package dev.sluice.executor.task;

import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.TaskCopy.Target;
import dev.sluice.executor.transport.TaskId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What an executor knows of a batch that is not committed, whoever owns what: who has released,
 * what has arrived that is not released, and, of its own partitions, what has to be sent again
 * should a consumer move. A table that only records. Owned by the executor.
 */
final class BatchRecord {
  /**
   * A released task.
   *
   * @param watermarks its output watermarks
   * @param own what its owner needs to know of it, null for a partition of another executor
   */
  record Released(long[] watermarks, Own own) {}

  /**
   * A released task of this executor.
   *
   * @param report what the processor reported
   * @param blocks what may have to be sent again, a share of each
   * @param elsewhere blocks that were sent by an earlier owner and are not here
   */
  record Own(TaskReport report, List<SentBlock> blocks, List<Target> elsewhere) {}

  /**
   * A block that has been delivered.
   *
   * @param edge the edge
   * @param producer the partition that made it
   * @param consumer the partition that takes it
   */
  record Delivered(int edge, int producer, int consumer) {}

  private final Set<Delivered> delivered = new HashSet<>();
  private final Map<TaskId, Released> released = new TreeMap<>();
  private final Map<TaskId, List<SentBlock>> sealed = new TreeMap<>();

  /** Whether a task is known to be released. */
  boolean isReleased(TaskId task) {
    return released.containsKey(task);
  }

  /** The released tasks. */
  Map<TaskId, Released> released() {
    return released;
  }

  /** The tasks whose output is here, and not known to be released. */
  Iterable<TaskId> sealed() {
    return sealed.keySet();
  }

  /** Output of a partition elsewhere has arrived; what came of it before is replaced. */
  void sealed(TaskId task, List<SentBlock> blocks) {
    if (isReleased(task)) {
      release(blocks);
    } else {
      List<SentBlock> before = sealed.put(task, blocks);
      if (before != null) {
        release(before);
      }
    }
  }

  /** A task elsewhere is released; returns the blocks of it that have arrived before. */
  List<SentBlock> released(TaskId task, long[] watermarks) {
    released.put(task, new Released(watermarks, null));
    List<SentBlock> arrived = sealed.remove(task);
    return arrived == null ? List.of() : arrived;
  }

  /** A task here is released. */
  void released(TaskId task, Own own) {
    Released before = released.put(task, new Released(own.report().outputWatermarks(), own));
    if (before != null && before.own() != null) {
      release(before.own().blocks());
    }
  }

  /** Notes that a block is being delivered; returns whether it was not before. */
  boolean deliver(SentBlock sent) {
    return delivered.add(new Delivered(sent.edge(), sent.producer(), sent.consumer()));
  }

  /** A partition has gone with its input; should it come back, everything is delivered anew. */
  void undeliver(Predicate<Delivered> gone) {
    delivered.removeIf(gone);
  }

  /** Whether a block has been delivered. */
  boolean isDelivered(int edge, int producer, int consumer) {
    return delivered.contains(new Delivered(edge, producer, consumer));
  }

  /** What has arrived of a task is to be thrown away. */
  void discard(TaskId task) {
    List<SentBlock> blocks = sealed.remove(task);
    if (blocks != null) {
      release(blocks);
    }
  }

  /** A partition has another owner: what is kept here for sending it again is not needed. */
  void handedOver(TaskId task) {
    Released known = released.get(task);
    if (known != null && known.own() != null) {
      release(known.own().blocks());
      released.put(task, new Released(known.watermarks(), null));
    }
  }

  /** Hands everything back. */
  void clear() {
    sealed.values().forEach(BatchRecord::release);
    sealed.clear();
    delivered.clear();
    List<Released> all = new ArrayList<>(released.values());
    released.clear();
    for (Released task : all) {
      if (task.own() != null) {
        release(task.own().blocks());
      }
    }
  }

  private static void release(List<SentBlock> blocks) {
    blocks.forEach(sent -> sent.block().release());
  }
}
