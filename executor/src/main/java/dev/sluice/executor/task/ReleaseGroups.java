package dev.sluice.executor.task;

import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.block.SharedBlock;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.TaskCopy;
import dev.sluice.executor.transport.TaskCopy.Target;
import dev.sluice.executor.transport.ToExecutor.StageCopied;
import dev.sluice.executor.transport.ToExecutor.StageSealed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Lets tasks be released only when everything that they have made is copied (DESIGN C7). The
 * partitions of one stage here are released together for one batch: one message to every executor
 * that takes blocks of theirs or is a buddy, one answer from each.
 *
 * <pre>
 *   last partition sealed ──▶ StageSealed to consumers ──▶ CopyTaken ─┐
 *                        └──▶ StageCopied to buddies ────▶ CopyTaken ─┴─ all: released
 * </pre>
 *
 * <p>Owned by the executor. Between a fence and the next epoch nothing is released.
 */
final class ReleaseGroups {
  private record Place(long batch, int stage) {}

  private static final Comparator<Place> OLDEST_FIRST =
      Comparator.comparingLong(Place::batch).thenComparingInt(Place::stage);

  private static final class Group {
    final List<PartitionSlot> slots = new ArrayList<>();
    boolean sent;
    int missing;
  }

  private final PartitionSlot[][] slots;
  private final JobVoice voice;

  /** Takes the partitions of one stage that are released, with their outputs. */
  private final Consumer<List<PartitionSlot>> release;

  private final Map<Place, Group> groups = new TreeMap<>(OLDEST_FIRST);
  private Topology topology;
  private boolean fenced;

  ReleaseGroups(
      Topology topology,
      PartitionSlot[][] slots,
      JobVoice voice,
      Consumer<List<PartitionSlot>> release) {
    this.topology = topology;
    this.slots = slots;
    this.voice = voice;
    this.release = release;
  }

  /** A task has been sealed. */
  void sealed(PartitionSlot slot) {
    Place place = new Place(slot.next(), slot.stage().id());
    groups.computeIfAbsent(place, p -> new Group()).slots.add(slot);
    sendIfComplete(place);
  }

  /** Something that was sent has been taken. */
  void taken(long batch, int stage) {
    Place place = new Place(batch, stage);
    Group group = groups.get(place);
    if (!fenced && group != null && group.sent && --group.missing == 0) {
      release(place, group);
    }
  }

  /** An epoch has ended: what has not been released will have to be copied again. */
  void fence() {
    fenced = true;
  }

  /** Another epoch begins; all that waits for its release is copied again. */
  void begin(Topology next) {
    fenced = false;
    topology = next;
    for (Group group : groups.values()) {
      group.sent = false;
      group.slots.removeIf(slot -> !slot.isOwned());
    }
    groups.values().removeIf(group -> group.slots.isEmpty());
    for (Place place : List.copyOf(groups.keySet())) {
      sendIfComplete(place);
    }
  }

  /** A partition may be ready to be copied now. */
  void reconsider(PartitionSlot slot) {
    sendIfComplete(new Place(slot.next(), slot.stage().id()));
  }

  /** Forgets everything; what was sealed is handed back. */
  void clear() {
    for (Group group : groups.values()) {
      group.slots.forEach(PartitionSlot::discardSealed);
    }
    groups.clear();
  }

  private void sendIfComplete(Place place) {
    Group group = groups.get(place);
    if (fenced || group == null || group.sent || !isComplete(place)) {
      return;
    }
    group.sent = true;
    group.slots.sort(Comparator.comparingInt(PartitionSlot::partition));
    TreeSet<Integer> consumers = new TreeSet<>();
    for (PartitionSlot slot : group.slots) {
      for (SentBlock sent : slot.blocks()) {
        consumers.add(target(sent));
      }
    }
    consumers.removeIf(executor -> !isOther(executor));
    int[] buddies = topology.buddies[place.stage()];
    group.missing = consumers.size() + buddies.length;
    if (group.missing == 0) {
      release(place, group);
      return;
    }
    int[] partitions = group.slots.stream().mapToInt(PartitionSlot::partition).toArray();
    for (int consumer : consumers) {
      voice.tell(
          consumer,
          new StageSealed(
              topology.plan.jobId(),
              place.batch(),
              place.stage(),
              partitions,
              blocksFor(consumer, group)));
    }
    int[] sentTo = consumers.stream().mapToInt(Integer::intValue).toArray();
    for (int buddy : buddies) {
      voice.tell(
          buddy,
          new StageCopied(
              topology.plan.jobId(),
              group.slots.get(0).table().open(),
              place.stage(),
              partitions,
              sentTo,
              copiesFor(buddy, group)));
    }
  }

  /** Whether an executor is another member; one that a view was made for may have left. */
  private boolean isOther(int executor) {
    return executor != topology.executor && topology.plan.assignment().isMember(executor);
  }

  /** Whether all partitions of the stage here have sealed the batch, or released it before. */
  private boolean isComplete(Place place) {
    for (int partition : topology.owned[place.stage()]) {
      PartitionSlot slot = slots[place.stage()][partition];
      boolean sealed = slot.next() == place.batch() && slot.isSealed() && !slot.isToBeCopiedWhole();
      if (!sealed && slot.next() <= place.batch()) {
        return false;
      }
    }
    return true;
  }

  private List<SentBlock> blocksFor(int executor, Group group) {
    List<SentBlock> theirs = new ArrayList<>();
    for (PartitionSlot slot : group.slots) {
      for (SentBlock sent : slot.blocks()) {
        if (target(sent) == executor) {
          theirs.add(share(sent));
        }
      }
    }
    return theirs;
  }

  private List<TaskCopy> copiesFor(int buddy, Group group) {
    List<TaskCopy> copies = new ArrayList<>();
    Assignment assignment = topology.plan.assignment();
    for (PartitionSlot slot : group.slots) {
      StageSpec stage = slot.stage();
      if (assignment.buddy(stage.id(), slot.partition()) == buddy) {
        copies.add(copy(slot));
      }
    }
    return copies;
  }

  private TaskCopy copy(PartitionSlot slot) {
    List<SentBlock> here = new ArrayList<>();
    List<Target> elsewhere = new ArrayList<>();
    for (SentBlock sent : slot.blocks()) {
      if (sent.edge() >= 0) {
        if (target(sent) == topology.executor) {
          here.add(share(sent));
        } else {
          elsewhere.add(new Target(sent.edge(), sent.consumer()));
        }
      }
    }
    return new TaskCopy(
        slot.stage().id(),
        slot.partition(),
        slot.next(),
        withoutMetrics(slot.report()),
        slot.copyRows(),
        slot.isCopyFull(),
        here,
        elsewhere);
  }

  private static TaskReport withoutMetrics(TaskReport report) {
    return new TaskReport(
        report.outputWatermarks(),
        report.nextWakeUp(),
        report.withheld(),
        null,
        report.wantsAcknowledge());
  }

  static SentBlock share(SentBlock sent) {
    return new SentBlock(
        sent.edge(), sent.producer(), sent.consumer(), ((SharedBlock) sent.block()).share());
  }

  /** Where a block goes: an executor. */
  private int target(SentBlock sent) {
    return topology.target(sent);
  }

  private void release(Place place, Group group) {
    groups.remove(place);
    release.accept(group.slots);
    assert Arrays.stream(topology.owned[place.stage()])
        .allMatch(p -> slots[place.stage()][p].next() > place.batch());
  }
}
