package dev.sluice.executor.task;

import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.Inventory;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.TaskCopy;
import dev.sluice.executor.transport.TaskCopy.Target;
import dev.sluice.executor.transport.TaskId;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToExecutor.BeginEpoch;
import dev.sluice.executor.transport.ToExecutor.Fence;
import dev.sluice.executor.transport.ToExecutor.Gone;
import dev.sluice.executor.transport.ToExecutor.InEpoch;
import dev.sluice.executor.transport.ToExecutor.Resent;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import dev.sluice.executor.transport.ToExecutor.StateCopied;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a job goes from one epoch to the next in one executor (DESIGN section 4).
 *
 * <pre>
 *   Fence ──▶ nothing is taken or released any more; Inventory to the coordinator
 *   BeginEpoch ──▶ partitions that come here go on from their copies
 *              ──▶ what is not committed is counted anew, and sent again to partitions that moved
 *              ──▶ what is not released is copied again; new buddies get everything
 *   Resent from all others ──▶ partitions that have come may run
 *   StateTaken from all buddies, open batches committed ──▶ Repaired to the coordinator
 * </pre>
 *
 * <p>What partitions here are doing meanwhile goes on: survivors never roll back. Owned by the
 * executor.
 */
final class LocalEpoch {
  private final LocalJob job;
  private final PartitionSlot[][] slots;
  private final List<PartitionSlot> allSlots;
  private final NewcomerViews views;
  private final Standbys standbys;
  private final JobVoice voice;

  /** Messages of the epoch that has not begun here. */
  private final List<InEpoch> early = new ArrayList<>();

  /** Members that have yet to send again what partitions here need. */
  private final Set<Integer> awaited = new TreeSet<>();

  /** Partitions that have come in this epoch or before, and may not run yet. */
  private final Set<TaskId> comers = new TreeSet<>();

  private final List<Gone> gone = new ArrayList<>();

  /** Partitions here whose buddy does not have their state yet. */
  private final Set<TaskId> unrepaired = new TreeSet<>();

  private long promised;
  private long openBefore = Long.MIN_VALUE;
  private boolean repaired = true;

  LocalEpoch(
      LocalJob job,
      PartitionSlot[][] slots,
      List<PartitionSlot> allSlots,
      NewcomerViews views,
      Standbys standbys,
      JobVoice voice) {
    this.job = job;
    this.slots = slots;
    this.allSlots = allSlots;
    this.views = views;
    this.standbys = standbys;
    this.voice = voice;
    this.promised = epoch();
    Assignment assignment = job.plan().assignment();
    forEachTask(
        task -> {
          if (assignment.buddy(task.stage(), task.partition()) == job.executor()) {
            standbys.add(task, true, job.plan().firstBatch() - 1);
          }
        });
  }

  private interface TaskConsumer {
    void accept(TaskId task);
  }

  private void forEachTask(TaskConsumer consumer) {
    for (StageSpec stage : job.plan().graph().stages()) {
      for (int p = 0; p < stage.partitions(); p++) {
        consumer.accept(new TaskId(stage.id(), p));
      }
    }
  }

  private long epoch() {
    return job.plan().assignment().epoch();
  }

  /** Whether something may be said and released: no later epoch has been promised. */
  boolean isOpen() {
    return promised == epoch();
  }

  /**
   * Whether a message may be taken now. One of a later epoch is kept until that begins, one of an
   * earlier epoch is dropped.
   */
  boolean takes(InEpoch message) {
    if (message.epoch() > epoch()) {
      early.add(message);
      return false;
    }
    if (message.epoch() < epoch() || !isOpen()) {
      drop(message.message());
      return false;
    }
    return true;
  }

  /** Whether a partition may not run yet, because it is not sure that all its input is here. */
  boolean isAwaitingInput(PartitionSlot slot) {
    return !comers.isEmpty() && comers.contains(slot.task());
  }

  // the end of an epoch

  /** Promises to take part in nothing before a later epoch. */
  void fence(Fence fence) {
    if (fence.epoch() <= promised) {
      return;
    }
    promised = fence.epoch();
    voice.fence();
    job.groups().fence();
    voice.tell(new ToCoordinator.Inventories(job.plan().jobId(), inventory(fence)));
  }

  private Inventory inventory(Fence fence) {
    List<ToExecutor.OpenBatch> open = new ArrayList<>();
    List<Inventory.Arrived> arrived = new ArrayList<>();
    for (BatchTable table : job.flow().tables()) {
      if (table.open() != null) {
        open.add(table.open());
      }
      table
          .record()
          .released()
          .keySet()
          .forEach(task -> arrived(arrived, fence, task, table.batch(), true));
      table.record().sealed().forEach(task -> arrived(arrived, fence, task, table.batch(), false));
    }
    List<Inventory.Owned> owned = new ArrayList<>();
    for (PartitionSlot slot : allSlots) {
      owned.add(new Inventory.Owned(slot.task(), slot.next() - 1));
    }
    return new Inventory(
        job.executor(),
        fence.epoch(),
        job.flow().first() - 1,
        job.flow().time(),
        open,
        owned,
        standbys.inventory(),
        arrived);
  }

  private void arrived(
      List<Inventory.Arrived> to, Fence fence, TaskId task, long batch, boolean released) {
    int owner = job.plan().assignment().owner(task.stage(), task.partition());
    if (fence.leaving().contains(owner)) {
      to.add(new Inventory.Arrived(task, batch, released));
    }
  }

  // the beginning of an epoch

  /** Goes on under another assignment. */
  void begin(BeginEpoch message) {
    JobPlan plan = message.plan();
    if (plan.assignment().epoch() < promised || plan.assignment().epoch() <= epoch()) {
      return; // a later one has been promised, or has begun
    }
    promised = plan.assignment().epoch();
    final Assignment before = job.plan().assignment();
    Topology topology = job.replan(plan);
    voice.begin(plan);
    job.flow().committed(message.committed());
    Map<TaskId, Long> moved = new TreeMap<>();
    message.moved().forEach(m -> moved.put(m.task(), m.released()));
    discard(moved);
    List<TaskId> given = handOver(topology);
    Map<TaskId, Standbys.Standby> taken = take(topology, moved);
    keep(before, moved);
    message.open().forEach(job::openAgain);
    openBefore = message.lastOpen();
    views.begin(before, openBefore, message.newcomers());
    job.flow().use(topology);
    taken.forEach(this::rememberReleased);
    job.flow().begin();
    copyToNewBuddies(before, taken.keySet());
    sendAgain(moved.keySet());
    forget(given);
    job.groups().begin(topology);
    repaired = false;
    views.send();
    String unknown = views.missing(allSlots);
    if (unknown != null) {
      tellLost(unknown);
    }
    job.checkpointsEnd(message);
    unblockIfComplete();
    job.begun();
    List<InEpoch> now = new ArrayList<>(early);
    early.clear();
    now.forEach(job::received);
    reportRepaired();
  }

  private void discard(Map<TaskId, Long> moved) {
    for (BatchTable table : job.flow().tables()) {
      moved.forEach(
          (task, released) -> {
            if (table.batch() > released) {
              table.record().discard(task);
            }
          });
    }
  }

  /** Lets partitions go that have another owner now; returns them. */
  private List<TaskId> handOver(Topology topology) {
    List<TaskId> given = new ArrayList<>();
    for (PartitionSlot slot : List.copyOf(allSlots)) {
      TaskId task = slot.task();
      if (topology.plan.assignment().owner(task.stage(), task.partition()) != job.executor()) {
        unrepaired.remove(task);
        comers.remove(task);
        slots[task.stage()][task.partition()] = null;
        allSlots.remove(slot);
        given.add(task);
        for (BatchTable table : job.flow().tables()) {
          if (!slot.busy) {
            table.releaseBlocks(slot.stage(), task.partition());
          }
          table
              .record()
              .undeliver(d -> d.edge() >= 0 && task.equals(consumer(d.edge(), d.consumer())));
        }
        job.handOver(slot);
      }
    }
    return given;
  }

  /** What partitions that have gone had made was sent again: their next owners have copies. */
  private void forget(List<TaskId> given) {
    for (BatchTable table : job.flow().tables()) {
      given.forEach(table.record()::handedOver);
    }
  }

  private Map<TaskId, Standbys.Standby> take(Topology topology, Map<TaskId, Long> moved) {
    Map<TaskId, Standbys.Standby> taken = new TreeMap<>();
    for (StageSpec stage : topology.graph.stages()) {
      for (int partition : topology.owned[stage.id()]) {
        TaskId task = new TaskId(stage.id(), partition);
        if (slots[stage.id()][partition] == null) {
          Standbys.Standby standby = standbys.take(task, moved.get(task));
          boolean untouched = standby.isUntouched(topology.plan.firstBatch());
          PartitionSlot slot =
              new PartitionSlot(
                  job, stage, partition, standby.released() + 1, untouched ? null : standby.rows());
          slots[stage.id()][partition] = slot;
          allSlots.add(slot);
          comers.add(task);
          taken.put(task, standby);
          job.create(slot);
        }
      }
    }
    return taken;
  }

  /** Keeps for others what is still to be kept here. */
  private void keep(Assignment before, Map<TaskId, Long> moved) {
    Assignment now = job.plan().assignment();
    forEachTask(
        task -> {
          boolean isBuddy = now.buddy(task.stage(), task.partition()) == job.executor();
          boolean sameOwner =
              before.owner(task.stage(), task.partition())
                  == now.owner(task.stage(), task.partition());
          if (!isBuddy) {
            standbys.remove(task);
          } else if (!standbys.has(task) || !sameOwner) {
            standbys.add(task, false, Long.MIN_VALUE);
          }
        });
    moved.forEach(standbys::moved);
  }

  /** What a partition had released before it came counts as released here. */
  private void rememberReleased(TaskId task, Standbys.Standby standby) {
    for (TaskCopy copy : standby.kept()) {
      BatchTable table = job.flow().tableOrNull(copy.batch());
      if (table == null) {
        copy.release();
      } else {
        job.flow().remember(table, task, copy);
      }
    }
  }

  private void copyToNewBuddies(Assignment before, Set<TaskId> taken) {
    Assignment now = job.plan().assignment();
    for (PartitionSlot slot : allSlots) {
      TaskId task = slot.task();
      int buddy = now.buddy(task.stage(), task.partition());
      boolean other = buddy != before.buddy(task.stage(), task.partition());
      if (buddy == Assignment.NOBODY) {
        unrepaired.remove(task);
      } else if (other || taken.contains(task) || unrepaired.contains(task)) {
        unrepaired.add(task);
        slot.copyWhole();
      }
    }
  }

  /** The whole state of a partition has been taken, for its buddy. */
  void copiedWhole(PartitionSlot slot) {
    if (!isOpen() || !slot.isOwned()) {
      return; // the next epoch asks again
    }
    TaskId task = slot.task();
    int buddy = job.plan().assignment().buddy(task.stage(), task.partition());
    if (buddy != Assignment.NOBODY) {
      voice.tell(
          buddy,
          new StateCopied(
              job.plan().jobId(),
              task,
              slot.next() - 1,
              slot.isSealed() ? null : slot.copyRows(),
              history(slot)));
    }
    job.groups().reconsider(slot);
  }

  private List<TaskCopy> history(PartitionSlot slot) {
    List<TaskCopy> history = new ArrayList<>();
    for (BatchTable table : job.flow().tables()) {
      BatchRecord.Released known = table.record().released().get(slot.task());
      if (known != null && known.own() != null) {
        history.add(copy(slot.task(), table.batch(), known.own()));
      }
    }
    return history;
  }

  private TaskCopy copy(TaskId task, long batch, BatchRecord.Own own) {
    List<SentBlock> here = new ArrayList<>();
    List<Target> elsewhere = new ArrayList<>(own.elsewhere());
    for (SentBlock sent : own.blocks()) {
      if (job.topology().target(sent) == job.executor()) {
        here.add(ReleaseGroups.share(sent));
      } else {
        elsewhere.add(new Target(sent.edge(), sent.consumer()));
      }
    }
    return new TaskCopy(
        task.stage(), task.partition(), batch, own.report(), null, false, here, elsewhere);
  }

  // sending again

  private void sendAgain(Set<TaskId> moved) {
    awaited.clear();
    gone.clear();
    List<Gone> lost = new ArrayList<>();
    for (BatchTable table : job.flow().tables()) {
      Map<Integer, List<TaskId>> byStage = new TreeMap<>();
      table
          .record()
          .released()
          .forEach(
              (task, known) -> {
                if (known.own() != null) {
                  byStage.computeIfAbsent(task.stage(), s -> new ArrayList<>()).add(task);
                  job.flow().deliverAgain(table, known.own().blocks());
                  addLost(lost, table.batch(), task, known.own(), moved);
                }
              });
      byStage.forEach((stage, tasks) -> sendAgain(table, stage, tasks, moved));
    }
    for (int member : job.plan().assignment().executors()) {
      if (member != job.executor()) {
        awaited.add(member);
        voice.tell(member, new Resent(job.plan().jobId(), job.executor(), lost));
      }
    }
    gone.addAll(lost);
  }

  private void addLost(
      List<Gone> lost, long batch, TaskId task, BatchRecord.Own own, Set<TaskId> moved) {
    for (Target target : own.elsewhere()) {
      if (moved.contains(consumer(target.edge(), target.consumer()))) {
        lost.add(new Gone(batch, target.edge(), task.partition(), target.consumer()));
      }
    }
  }

  private TaskId consumer(int edge, int partition) {
    return new TaskId(job.plan().graph().edges().get(edge).consumer(), partition);
  }

  private void sendAgain(BatchTable table, int stage, List<TaskId> tasks, Set<TaskId> moved) {
    int[] partitions = tasks.stream().mapToInt(TaskId::partition).toArray();
    long[][] watermarks = new long[partitions.length][];
    for (int i = 0; i < partitions.length; i++) {
      watermarks[i] = table.record().released().get(tasks.get(i)).watermarks();
    }
    for (int listener : job.topology().markListeners[stage]) {
      List<SentBlock> theirs = new ArrayList<>();
      for (TaskId task : tasks) {
        for (SentBlock sent : table.record().released().get(task).own().blocks()) {
          if (job.topology().target(sent) == listener
              && moved.contains(consumer(sent.edge(), sent.consumer()))) {
            theirs.add(ReleaseGroups.share(sent));
          }
        }
      }
      voice.tell(
          listener,
          new StageReleased(
              job.plan().jobId(), table.batch(), stage, partitions, watermarks, theirs));
    }
  }

  /** A member has sent everything again. */
  void resent(Resent message) {
    awaited.remove(message.from());
    gone.addAll(message.gone());
    unblockIfComplete();
  }

  private void unblockIfComplete() {
    if (!awaited.isEmpty()) {
      return;
    }
    Gone missing = firstMissing();
    if (missing != null) {
      tellLost(missing.toString());
      return;
    }
    Set<TaskId> free = new TreeSet<>(comers);
    comers.clear();
    for (TaskId task : free) {
      job.schedule(slots[task.stage()][task.partition()]);
    }
  }

  /** A block that a partition here still needs and that is nowhere, or null. */
  private Gone firstMissing() {
    for (Gone block : gone) {
      TaskId task = consumer(block.edge(), block.consumer());
      PartitionSlot slot = slots[task.stage()][task.partition()];
      BatchTable table = job.flow().tableOrNull(block.batch());
      if (slot != null
          && table != null
          && slot.next() <= block.batch()
          && !table.record().isDelivered(block.edge(), block.producer(), block.consumer())) {
        return block;
      }
    }
    return null;
  }

  private void tellLost(String what) {
    voice.tell(new ToCoordinator.CopiesLost(job.plan().jobId(), job.executor(), epoch(), what));
  }

  // repair

  /** A buddy has the state of a partition. */
  void stateTaken(TaskId task) {
    unrepaired.remove(task);
    reportRepaired();
  }

  /** Tells the coordinator, once, when everything has its copies. */
  void reportRepaired() {
    if (!repaired
        && isOpen()
        && unrepaired.isEmpty()
        && comers.isEmpty()
        && views.areBased()
        && job.flow().first() > openBefore) {
      repaired = true;
      voice.tell(new ToCoordinator.Repaired(job.plan().jobId(), job.executor(), epoch()));
    }
  }

  /** Forgets everything. */
  void clear() {
    early.forEach(message -> drop(message.message()));
    early.clear();
    comers.clear();
    unrepaired.clear();
  }

  /** Hands back what a message has brought. */
  static void drop(ToExecutor message) {
    if (message instanceof StageReleased released) {
      released.blocks().forEach(sent -> sent.block().release());
    } else if (message instanceof ToExecutor.StageSealed sealed) {
      sealed.blocks().forEach(sent -> sent.block().release());
    } else if (message instanceof ToExecutor.StageCopied copied) {
      copied.copies().forEach(TaskCopy::release);
    } else if (message instanceof ToExecutor.ViewCopied copied) {
      copied.contents().block().release();
    } else if (message instanceof StateCopied copied) {
      copied.history().forEach(TaskCopy::release);
    } else if (message instanceof InEpoch inEpoch) {
      drop(inEpoch.message());
    }
  }
}
