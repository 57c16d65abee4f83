package dev.sluice.executor.task;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.api.ViewSpec;
import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.block.RecordFormats;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.state.SnapshotRows;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToCoordinator.SnapshotTaken;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToExecutor.CheckpointEnded;
import dev.sluice.executor.transport.ToExecutor.CopyTaken;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import dev.sluice.executor.transport.ToOpener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job in one executor: which of its units may run, and what follows when one has. Owned by the
 * executor, except for what units ask while they run: {@link #isCancelled}, {@link #shared}, {@link
 * #blocks}, and what never changes.
 *
 * <p>Invariants: a unit is in the run queue or runs exactly if it is busy, and {@code busy} counts
 * these; tables are there for the batches from the oldest that is not done here; after {@link
 * Life#CLOSED} nothing is left.
 */
final class LocalJob {
  private static final Logger LOG = LoggerFactory.getLogger(LocalJob.class);

  /**
   * How long user code may take to notice that it is not wanted any more, before it is interrupted.
   */
  private static final long PATIENCE_NANOS = 50_000_000;

  /** How long until it is interrupted again. */
  private static final long INSIST_NANOS = 500_000_000;

  /**
   * The life of a job in an executor.
   *
   * <pre>
   *   STARTING ──▶ RUNNING ──▶ FINISHING ──▶ CLOSING ──▶ CLOSED
   *       └───────────┴──────▶ ABORTING ────────▲
   * </pre>
   */
  enum Life {
    /** Processors are being made. */
    STARTING,
    /** Tasks run as they become ready. */
    RUNNING,
    /** All tasks have run; what is safe is acknowledged. */
    FINISHING,
    /** Nothing new starts; what runs is waited for. */
    ABORTING,
    /** Processors are being closed. */
    CLOSING,
    /** Nothing is left. */
    CLOSED
  }

  private final ExecutorWorld world;
  private final Consumer<ExecutorEvent> mailbox;

  /** The plan of the epoch; running tasks read it, too. */
  private volatile JobPlan plan;

  private volatile Topology topology;
  private final ClassLoader loader;
  private final BlockStore blocks;
  private final RecordFormats formats;
  private final SharedObjects shared = new SharedObjects();
  private final JobVoice voice;
  private final JobUnits units;
  private final PartitionSlot[][] slots;
  private final List<PartitionSlot> allSlots = new ArrayList<>();
  private final ViewSlot[] views;
  private final BatchFlow flow;
  private final Standbys standbys = new Standbys();
  private final ReleaseGroups groups;
  private final LocalEpoch epoch;
  private final NewcomerViews newcomerViews;
  private final SourceWatch watch;

  /** Snapshots that are being written, or are to be. */
  private final Set<SnapshotWrite> writes = new LinkedHashSet<>();

  private Life life = Life.STARTING;
  private volatile boolean cancelled;

  /** The batch of the last checkpoint that is known to be durable. */
  private long newestCheckpoint;

  /** No checkpoint of this batch or an earlier one begins any more. */
  private volatile long givenUpThrough = -1;

  private int created;
  private int closed;
  private Timers.Timer insist;
  private long sourcesReadThrough;
  private long safe;

  LocalJob(ExecutorWorld world, Consumer<ExecutorEvent> mailbox, JobPlan plan) {
    this.world = world;
    this.mailbox = mailbox;
    this.plan = plan;
    this.topology = new Topology(plan, world.id());
    this.loader = world.loaders().apply(plan.jobId());
    this.blocks = world.stores().create(plan.jobId(), plan.graph().settings().memoryBudget());
    this.formats = new RecordFormats(plan.graph());
    this.voice = new JobVoice(world.transport(), world.id(), plan);
    this.slots = new PartitionSlot[plan.graph().stages().size()][];
    this.views = new ViewSlot[plan.graph().views().size()];
    this.sourcesReadThrough = plan.firstBatch() - 1;
    this.safe = plan.firstBatch() - 1;
    this.newestCheckpoint = plan.firstBatch() - 1;
    List<PartitionSlot> splits = new ArrayList<>();
    for (StageSpec stage : plan.graph().stages()) {
      slots[stage.id()] = new PartitionSlot[stage.partitions()];
      for (int partition : topology.owned[stage.id()]) {
        PartitionSlot slot = new PartitionSlot(this, stage, partition);
        slots[stage.id()][partition] = slot;
        allSlots.add(slot);
        if (stage.source() != null) {
          splits.add(slot);
        }
      }
    }
    for (ViewSpec view : plan.graph().views()) {
      if (topology.needs(view)) {
        views[view.id()] = new ViewSlot(this, view);
      }
    }
    this.units = new JobUnits(world);
    this.flow =
        new BatchFlow(
            topology, voice, units, slots, views, standbys, this::schedule, this::viewAdvanced);
    this.groups = new ReleaseGroups(topology, slots, voice, this::released);
    this.newcomerViews = new NewcomerViews(this, views, voice, this::isOpen);
    this.epoch = new LocalEpoch(this, slots, allSlots, newcomerViews, standbys, voice);
    this.watch =
        new SourceWatch(
            new LookRound(this),
            splits,
            slots.length,
            world.timers(),
            () -> mailbox.accept(new ExecutorEvent.LookAtSources(this)),
            units::enqueue,
            summary ->
                voice.tell(
                    new ToOpener.SourcesSeen(
                        plan.jobId(), world.id(), sourcesReadThrough, summary)));
  }

  // what the parts of this ask; the executor

  int executor() {
    return world.id();
  }

  BatchFlow flow() {
    return flow;
  }

  ReleaseGroups groups() {
    return groups;
  }

  // what units ask; any thread

  JobPlan plan() {
    return plan;
  }

  Topology topology() {
    return topology;
  }

  ClassLoader loader() {
    return loader;
  }

  SharedObjects shared() {
    return shared;
  }

  BlockStore blocks() {
    return blocks;
  }

  RecordFormats formats() {
    return formats;
  }

  Snapshots snapshots() {
    return world.snapshots();
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Whether a batch that is marked needs no snapshot. */
  boolean isCheckpointGivenUp(long batch) {
    return batch <= givenUpThrough;
  }

  void checkCancelled() {
    if (cancelled) {
      throw new CancellationException("job " + plan.jobId() + " has been cancelled or has failed");
    }
  }

  long nanoTime() {
    return world.clock().nanos();
  }

  long threadNanos() {
    return world.clock().threadNanos();
  }

  void post(ExecutorEvent event) {
    mailbox.accept(event);
  }

  // what happens; the executor

  void start() {
    for (PartitionSlot slot : allSlots) {
      slot.prepare(PartitionSlot.Step.CREATE);
      units.enqueue(slot);
    }
    startedIfComplete();
  }

  /** A partition comes here. */
  void create(PartitionSlot slot) {
    slot.prepare(PartitionSlot.Step.CREATE);
    units.enqueue(slot);
  }

  /** A partition goes elsewhere. */
  void handOver(PartitionSlot slot) {
    slot.handOver();
    if (!slot.busy) {
      close(slot);
    }
  }

  private void close(PartitionSlot slot) {
    slot.prepare(PartitionSlot.Step.CLOSE);
    units.enqueue(slot);
  }

  private void startedIfComplete() {
    if (life == Life.STARTING && created == allSlots.size()) {
      life = Life.RUNNING;
      voice.tell(new ToCoordinator.JobStarted(plan.jobId(), world.id()));
    }
  }

  // epochs; the executor

  /** Takes a message of another member; returns whether it was taken. */
  void received(ToExecutor.InEpoch inEpoch) {
    if (!isLive()) {
      LocalEpoch.drop(inEpoch.message());
    } else if (epoch.takes(inEpoch)) {
      received(inEpoch.from(), inEpoch.message());
    }
  }

  private void received(int from, ToExecutor message) {
    if (message instanceof OpenBatch open) {
      open(open);
    } else if (message instanceof StageReleased released) {
      flow.released(released);
    } else if (message instanceof ToExecutor.StageSealed sealed) {
      flow.sealedElsewhere(sealed);
      voice.tell(from, new CopyTaken(plan.jobId(), sealed.batch(), sealed.stage()));
    } else if (message instanceof ToExecutor.StageCopied copied) {
      open(copied.open());
      standbys.copied(copied);
      voice.tell(
          from, new CopyTaken(plan.jobId(), copied.open().descriptor().batch(), copied.stage()));
    } else if (message instanceof CopyTaken taken) {
      groups.taken(taken.batch(), taken.stage());
    } else if (message instanceof ToExecutor.StateCopied copied) {
      standbys.copied(copied);
      voice.tell(from, new ToExecutor.StateTaken(plan.jobId(), copied.task()));
    } else if (message instanceof ToExecutor.StateTaken taken) {
      epoch.stateTaken(taken.task());
    } else if (message instanceof ToExecutor.ViewCopied copied) {
      newcomerViews.received(copied);
    } else if (message instanceof ToExecutor.Resent resent) {
      epoch.resent(resent);
    } else if (message instanceof ToExecutor.BatchesCommitted committed) {
      committed(committed.batch());
    } else if (message instanceof CheckpointEnded ended) {
      checkpointEnded(ended);
    } else if (message instanceof ToExecutor.WatchSources) {
      watchSources();
    } else {
      throw new IllegalStateException("not for a member: " + message);
    }
  }

  void fence(ToExecutor.Fence fence) {
    if (isLive()) {
      epoch.fence(fence);
    }
  }

  void begin(ToExecutor.BeginEpoch begin) {
    if (isLive()) {
      epoch.begin(begin);
    }
  }

  private boolean isOpen() {
    return epoch.isOpen();
  }

  private void viewAdvanced(ViewSlot view) {
    newcomerViews.advanced(view);
  }

  /** Lets a unit run. */
  void enqueue(Unit unit) {
    units.enqueue(unit);
  }

  /** Goes on under another plan. */
  Topology replan(JobPlan next) {
    Topology laid = new Topology(next, world.id());
    topology = laid;
    plan = next;
    return laid;
  }

  /** A batch is open when the epoch begins. */
  void openAgain(OpenBatch message) {
    if (message.descriptor().draining()) {
      watch.drain();
    }
    if (!flow.isKnown(message.descriptor().batch())) {
      flow.know(message);
    }
  }

  /** An epoch has begun: goes on with what there is to do. */
  void begun() {
    List<PartitionSlot> splits = new ArrayList<>();
    for (PartitionSlot slot : allSlots) {
      if (slot.stage().source() != null) {
        splits.add(slot);
      }
    }
    watch.watch(splits);
    readThrough();
    allSlots.forEach(this::schedule);
    flow.reportDone();
  }

  private void readThrough() {
    long least = Long.MAX_VALUE;
    for (PartitionSlot slot : watch.splits()) {
      least = Math.min(least, slot.next() - 1);
    }
    sourcesReadThrough = least == Long.MAX_VALUE ? sourcesReadThrough : least;
  }

  /** Tasks of one stage are copied: they are released. */
  private void released(List<PartitionSlot> group) {
    BatchTable table = group.get(0).table();
    boolean source = group.get(0).stage().source() != null;
    flow.released(group);
    if (source && table.sourcesDone()) {
      sourcesReadThrough = table.batch();
      watch.batchRead(table.recordsRead() > 0);
    }
    group.forEach(this::schedule);
    flow.reportDone();
  }

  private void watchSources() {
    watch.begin();
  }

  void lookAtSources() {
    boolean aTaskWillLook = flow.isOpen(sourcesReadThrough + 1);
    if (isLive() && !aTaskWillLook) {
      watch.look(sourcesReadThrough + 1);
    }
  }

  private void open(OpenBatch message) {
    if (flow.isKnown(message.descriptor().batch())) {
      return; // a copy has brought it before
    }
    if (message.descriptor().draining()) {
      watch.drain();
    }
    watch.pause();
    flow.open(message);
  }

  private void committed(long batch) {
    if (plan.assignment().isReplicated()) {
      flow.committed(batch);
      epoch.reportRepaired();
    }
    if (!plan.graph().settings().acknowledgeOnCheckpoint()) {
      safe(batch);
    }
  }

  private void checkpointEnded(CheckpointEnded message) {
    snapshotsEnded(message.batch(), message.committed());
    for (PartitionSlot slot : allSlots) {
      slot.snapshotEnded(message.batch(), message.committed());
      schedule(slot);
    }
    covered(message.covered());
  }

  private void snapshotsEnded(long batch, boolean durable) {
    world.snapshots().ended(plan.jobId(), batch, durable);
    newestCheckpoint = durable ? batch : newestCheckpoint;
  }

  private void covered(long batch) {
    if (plan.graph().settings().acknowledgeOnCheckpoint()) {
      safe(Math.max(safe, batch));
    }
  }

  /** An epoch begins: checkpoints that are under way are given up, and forgotten ends are told. */
  void checkpointsEnd(ToExecutor.BeginEpoch begin) {
    givenUpThrough = begin.lastOpen();
    if (begin.checkpoints().newest() > newestCheckpoint) {
      snapshotsEnded(begin.checkpoints().newest(), true);
    }
    allSlots.forEach(slot -> slot.snapshotEnded(begin.checkpoints()));
    covered(begin.checkpoints().covered());
  }

  private void safe(long batch) {
    safe = batch;
    for (PartitionSlot slot : allSlots) {
      if (!slot.busy && slot.wantsAcknowledge()) {
        schedule(slot);
      }
    }
  }

  void done(Unit unit) {
    units.done(unit);
    if (unit.failure != null && !cancelled) {
      fail(unit);
    }
    if (unit instanceof PartitionSlot slot) {
      done(slot);
    } else if (unit instanceof ViewSlot view) {
      if (view.failure == null && isLive()) {
        flow.advanced(view);
        epoch.reportRepaired();
      }
    } else if (unit instanceof ViewCopy copy) {
      newcomerViews.copied(copy);
    } else if (unit instanceof LookRound) {
      looked();
    } else if (unit instanceof SnapshotWrite write) {
      writes.remove(write);
      voice.tell(new SnapshotTaken(plan.jobId(), write.batch(), write.error()));
    } else {
      closed();
    }
    closeIfQuiet();
  }

  private void fail(Unit unit) {
    cancelled = true;
    watch.end();
    PartitionSlot slot =
        unit instanceof PartitionSlot own
            ? own
            : unit instanceof LookRound round ? round.current() : null;
    String where = "executor";
    if (slot != null) {
      where = slot.stage().name();
    } else if (unit instanceof ViewSlot view) {
      where = plan.graph().stages().get(view.view().producer()).name();
    }
    voice.tell(
        new ToCoordinator.JobFailed(
            plan.jobId(),
            new TaskFailure(
                where,
                slot == null ? -1 : slot.partition(),
                life == Life.STARTING ? -1 : unit.batch(),
                unit.failure)));
  }

  private void done(PartitionSlot slot) {
    boolean threw = slot.failure != null;
    switch (slot.step()) {
      case CREATE -> {
        if (!threw) {
          slot.created();
          created++;
        }
        startedIfComplete();
        if (slot.source() != null && isLive()) {
          watch.created();
        }
        schedule(slot);
      }
      case TASK -> {
        if (!threw) {
          taskDone(slot);
        }
      }
      case COPY -> {
        slot.copiedWhole();
        if (!threw && isLive()) {
          epoch.copiedWhole(slot);
          schedule(slot);
        }
      }
      case SNAPSHOT_ENDED, ACKNOWLEDGE -> schedule(slot);
      case CLOSE -> closed += slot.isOwned() ? 1 : 0;
    }
    if (!slot.isOwned() && slot.step() != PartitionSlot.Step.CLOSE) {
      slot.discardSealed();
      close(slot);
    }
  }

  private void taskDone(PartitionSlot slot) {
    if (!slot.isOwned()) {
      return;
    }
    if (!isLive()) {
      slot.blocks().forEach(sent -> sent.block().release());
      return;
    }
    BatchDescriptor descriptor = slot.descriptor();
    SnapshotRows snapshot = slot.takeSnapshot();
    if (snapshot != null && isCheckpointGivenUp(descriptor.batch())) {
      slot.snapshotEnded(descriptor.batch(), false);
    } else if (snapshot != null) {
      SnapshotWrite write = new SnapshotWrite(slot, descriptor, snapshot, slot.isSnapshotFull());
      writes.add(write);
      units.enqueue(write);
    }
    if (plan.assignment().isReplicated()) {
      slot.sealed();
      groups.sealed(slot);
      schedule(slot);
      return;
    }
    BatchTable table = flow.released(slot);
    if (slot.source() != null && table.sourcesDone()) {
      sourcesReadThrough = table.batch();
      watch.batchRead(table.recordsRead() > 0);
    }
    schedule(slot);
    flow.reportDone();
  }

  private void looked() {
    boolean fine = watch.release() && isLive();
    closeHandedOver();
    if (fine) {
      watch.looked();
      watch.splits().forEach(this::schedule);
    }
  }

  /** Splits that went elsewhere while somebody looked at them. */
  private void closeHandedOver() {
    for (PartitionSlot slot : watch.lookedAt()) {
      if (!slot.isOwned()) {
        slot.discardSealed();
        close(slot);
      }
    }
    watch.lookedAt().clear();
  }

  /** Lets a partition take its next step, if there is one to take. */
  void schedule(PartitionSlot slot) {
    boolean goesOn = slot.isCreated() && slot.isOwned();
    if (slot.busy || !goesOn || cancelled || life.compareTo(Life.CLOSING) >= 0) {
      return;
    }
    if (slot.isToBeCopiedWhole()) {
      slot.prepare(PartitionSlot.Step.COPY);
      units.enqueue(slot);
      return;
    }
    if (slot.hasSnapshotEnded()) {
      slot.prepare(PartitionSlot.Step.SNAPSHOT_ENDED);
      units.enqueue(slot);
      return;
    }
    if (slot.wantsAcknowledge() && slot.isSafe(safe)) {
      slot.prepare(PartitionSlot.Step.ACKNOWLEDGE);
      units.enqueue(slot);
      return;
    }
    if (slot.isSealed() || epoch.isAwaitingInput(slot)) {
      return;
    }
    BatchTable table = flow.readyTable(slot);
    if (table != null) {
      slot.prepareTask(table);
      units.enqueue(slot);
    }
  }

  // the end

  /** Ends the job: normally once everything has run, or at once. */
  void stop(boolean abort, long acknowledge) {
    if (life.compareTo(Life.ABORTING) >= 0) {
      return;
    }
    watch.end();
    if (abort) {
      abort();
      return;
    }
    life = Life.FINISHING;
    safe(Math.max(safe, acknowledge));
    closeIfQuiet();
  }

  private void abort() {
    life = Life.ABORTING;
    cancelled = true;
    for (Unit unit : units.takeBack()) {
      if (unit instanceof LookRound) {
        watch.release();
        closeHandedOver();
      }
    }
    if (units.busy() > 0) {
      insistAfter(PATIENCE_NANOS);
    }
    closeIfQuiet();
  }

  void insist() {
    if (life == Life.ABORTING) {
      allSlots.forEach(Unit::interrupt);
      writes.forEach(Unit::interrupt);
      watch.interrupt();
      for (ViewSlot view : views) {
        if (view != null) {
          view.interrupt();
        }
      }
      insistAfter(INSIST_NANOS);
    }
  }

  private void insistAfter(long nanos) {
    insist = world.timers().after(nanos, () -> mailbox.accept(new ExecutorEvent.Insist(this)));
  }

  private boolean isLive() {
    return life == Life.RUNNING && !cancelled;
  }

  /** Goes on towards the end when no unit is left that should come first. */
  private void closeIfQuiet() {
    if (units.busy() > 0) {
      return;
    }
    if (life == Life.ABORTING || life == Life.FINISHING) {
      close();
    } else if (life == Life.CLOSING) {
      closeShared();
    }
  }

  private void close() {
    life = Life.CLOSING;
    if (insist != null) {
      insist.cancel();
    }
    epoch.clear();
    groups.clear();
    flow.clear();
    allSlots.forEach(this::close);
    closeIfQuiet();
  }

  private void closeShared() {
    if (closed == allSlots.size()) {
      closed++;
      units.enqueue(new CloseShared(this));
    }
  }

  private void closed() {
    life = Life.CLOSED;
    units.leave();
    blocks.close();
    LOG.debug("job {} is closed in executor {}", plan.jobId(), world.id());
    voice.tell(new ToCoordinator.JobStopped(plan.jobId(), world.id()));
  }

  boolean isClosed() {
    return life == Life.CLOSED;
  }

  ExecutorSnapshot.JobSnapshot snapshot() {
    return new ExecutorSnapshot.JobSnapshot(
        plan.jobId(),
        life.name(),
        units.busy(),
        flow.first(),
        flow.size(),
        flow.least(allSlots),
        blocks.budget().used(),
        blocks.spillFiles(),
        allSlots.stream().mapToInt(PartitionSlot::unacknowledged).sum(),
        held());
  }

  private SortedMap<String, Long> held() {
    SortedMap<String, Long> held = new TreeMap<>();
    Inventory inventory = (table, count) -> held.merge(table, count, Long::sum);
    for (PartitionSlot slot : allSlots) {
      if (!slot.busy) {
        slot.inventory(inventory);
      }
    }
    for (ViewSlot view : views) {
      if (view != null && !view.busy) {
        view.inventory(inventory);
      }
    }
    return held;
  }
}
