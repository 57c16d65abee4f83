package dev.sluice.executor.task;

import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.api.ViewSpec;
import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.SourceSummary;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import dev.sluice.executor.transport.ToOpener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
  private final JobPlan plan;
  private final Topology topology;
  private final ClassLoader loader;
  private final BlockStore blocks;
  private final RecordFormats formats;
  private final SharedObjects shared = new SharedObjects();
  private final RunQueue.JobQueue queue;
  private final PartitionSlot[][] slots;
  private final List<PartitionSlot> allSlots = new ArrayList<>();
  private final ViewSlot[] views;
  private final SourceWatch watch;
  private final LookRound lookRound = new LookRound(this);

  private Life life = Life.STARTING;
  private volatile boolean cancelled;
  private int busy;
  private int created;
  private int closed;
  private Timers.Timer insist;

  private final Deque<BatchTable> tables = new ArrayDeque<>();
  private final Deque<BatchTable> spareTables = new ArrayDeque<>();
  private long firstBatch;
  private long sourcesReadThrough = -1;
  private long safe = -1;

  LocalJob(ExecutorWorld world, Consumer<ExecutorEvent> mailbox, JobPlan plan) {
    this.world = world;
    this.mailbox = mailbox;
    this.plan = plan;
    this.topology = new Topology(plan, world.id());
    this.loader = world.loaders().apply(plan.jobId());
    this.blocks = world.stores().create(plan.jobId(), plan.graph().settings().memoryBudget());
    this.formats = new RecordFormats(plan.graph());
    this.slots = new PartitionSlot[plan.graph().stages().size()][];
    this.views = new ViewSlot[plan.graph().views().size()];
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
      if (topology.viewConsumers[view.id()].length > 0) {
        views[view.id()] = new ViewSlot(this, view);
      }
    }
    this.watch =
        new SourceWatch(
            splits,
            slots.length,
            world.timers(),
            () -> mailbox.accept(new ExecutorEvent.LookAtSources(this)),
            this::tellSources);
    this.queue = world.queue().join(); // last: whoever has joined must leave
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

  boolean isCancelled() {
    return cancelled;
  }

  void checkCancelled() {
    if (cancelled) {
      throw new CancellationException("job " + plan.jobId() + " has been cancelled or has failed");
    }
  }

  long nanoTime() {
    return world.clock().nanos();
  }

  void post(ExecutorEvent event) {
    mailbox.accept(event);
  }

  // events; the executor

  void start() {
    for (PartitionSlot slot : allSlots) {
      slot.prepare(PartitionSlot.Step.CREATE);
      enqueue(slot);
    }
    startedIfComplete();
  }

  private void startedIfComplete() {
    if (life == Life.STARTING && created == allSlots.size()) {
      life = Life.RUNNING;
      toCoordinator(new ToCoordinator.JobStarted(plan.jobId(), world.id()));
    }
  }

  void watchSources() {
    watch.begin();
    if (watch.isWatching()) {
      lookAtSources();
    }
  }

  void lookAtSources() {
    BatchTable next = tableOrNull(sourcesReadThrough + 1);
    boolean batchWillLook = next != null && next.open() != null;
    if (!isLive() || !watch.isWatching() || lookRound.busy || batchWillLook) {
      return;
    }
    lookRound.slots().clear();
    for (StageSpec stage : plan.graph().stages()) {
      for (int partition : stage.source() == null ? new int[0] : topology.owned[stage.id()]) {
        PartitionSlot slot = slots[stage.id()][partition];
        if (!slot.busy && watch.isToBeWatched(slot)) {
          slot.busy = true;
          lookRound.slots().add(slot);
        }
      }
    }
    lookRound.urgency(sourcesReadThrough + 1);
    enqueue(lookRound);
  }

  private void tellSources(SourceSummary summary) {
    toOpener(new ToOpener.SourcesSeen(plan.jobId(), world.id(), sourcesReadThrough, summary));
  }

  void open(OpenBatch message) {
    if (!isLive()) {
      return;
    }
    BatchTable table = table(message.descriptor().batch());
    table.open(message);
    if (message.descriptor().draining()) {
      watch.drain();
    }
    watch.pause();
    for (int stage = 0; stage < slots.length; stage++) {
      if (table.isWholeReady(stage)) {
        scheduleStage(stage);
      }
    }
    if (topology.ownedPartitions == 0) {
      finishTables();
    }
  }

  void stageReleased(StageReleased message) {
    if (!isLive() || message.batch() < firstBatch) {
      message.blocks().forEach(sent -> sent.block().release());
      return;
    }
    BatchTable table = table(message.batch());
    for (SentBlock sent : message.blocks()) {
      table.deliver(sent);
    }
    for (int i = 0; i < message.partitions().length; i++) {
      released(table, message.stage(), message.partitions()[i], message.watermarks()[i]);
    }
  }

  void committed(long batch) {
    if (isLive() && !plan.graph().settings().acknowledgeOnCheckpoint()) {
      safe(batch);
    }
  }

  private void safe(long batch) {
    safe = batch;
    for (PartitionSlot slot : allSlots) {
      if (!slot.busy && slot.wantsAcknowledge()) {
        schedule(slot);
      }
    }
  }

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
    for (Unit unit : world.queue().clear(queue)) {
      idle(unit);
      if (unit == lookRound) {
        lookRound.slots().forEach(slot -> slot.busy = false);
      }
    }
    if (busy > 0) {
      insistAfter(PATIENCE_NANOS);
    }
    closeIfQuiet();
  }

  void insist() {
    if (life == Life.ABORTING) {
      allSlots.forEach(Unit::interrupt);
      lookRound.interrupt();
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

  void done(Unit unit) {
    idle(unit);
    world.queue().used(queue, unit.nanos);
    if (unit.failure != null && !cancelled) {
      fail(unit);
    }
    if (unit instanceof PartitionSlot slot) {
      slotDone(slot);
    } else if (unit instanceof ViewSlot view) {
      viewDone(view);
    } else if (unit instanceof LookRound) {
      looked();
    } else {
      closed();
    }
    closeIfQuiet();
  }

  private void fail(Unit unit) {
    cancelled = true;
    watch.end();
    PartitionSlot slot =
        unit instanceof PartitionSlot own ? own : unit == lookRound ? lookRound.current() : null;
    String where =
        slot != null
            ? slot.stage().name()
            : unit instanceof ViewSlot view
                ? plan.graph().stages().get(view.view().producer()).name()
                : "executor";
    boolean starting = life == Life.STARTING;
    toCoordinator(
        new ToCoordinator.JobFailed(
            plan.jobId(),
            new TaskFailure(
                where,
                slot == null ? -1 : slot.partition(),
                starting ? -1 : unit.batch(),
                unit.failure)));
  }

  private void slotDone(PartitionSlot slot) {
    switch (slot.step()) {
      case CREATE -> {
        if (slot.failure == null) {
          created++;
          startedIfComplete();
        }
      }
      case TASK -> {
        if (slot.failure == null) {
          taskDone(slot);
        }
      }
      case ACKNOWLEDGE -> schedule(slot);
      case CLOSE -> closed++;
    }
  }

  private void taskDone(PartitionSlot slot) {
    if (!isLive()) {
      slot.blocks().forEach(sent -> sent.block().release());
      return;
    }
    BatchTable table = slot.table();
    TaskReport report = slot.report();
    StageSpec stage = slot.stage();
    sendMetrics(table, stage, report.metrics());
    if (slot.source() != null) {
      sendMetrics(table, stage, slot.readerMetrics());
      table.read(slot.source().recordsRead());
    }
    if (slot.wantsAcknowledgeOf(table.batch())) {
      table.acknowledgeWanted();
    }
    StageOutbox outbox = table.outbox(stage.id());
    for (SentBlock sent : slot.blocks()) {
      if (isHere(sent)) {
        table.deliver(sent);
      } else {
        outbox.add(sent);
      }
    }
    slot.released();
    table.done(slot, report);
    if (outbox != null && outbox.released(slot.partition(), report.outputWatermarks())) {
      for (int listener : topology.listeners[stage.id()]) {
        toExecutor(listener, outbox.messageFor(listener, table.batch()));
      }
      outbox.clear();
    }
    released(table, stage.id(), slot.partition(), report.outputWatermarks());
    if (slot.source() != null && table.sourcesDone()) {
      sourcesReadThrough = table.batch();
      watch.batchRead(table.recordsRead() > 0);
    }
    schedule(slot);
    if (table.isDone()) {
      finishTables();
    }
  }

  private void sendMetrics(BatchTable table, StageSpec stage, Object metrics) {
    if (metrics != null) {
      table.metricsSent();
      toCoordinator(
          new ToCoordinator.TaskMetrics(plan.jobId(), table.batch(), stage.id(), metrics));
    }
  }

  private boolean isHere(SentBlock sent) {
    int owner =
        sent.edge() < 0
            ? sent.consumer()
            : plan.assignment()
                .owner(plan.graph().edges().get(sent.edge()).consumer(), sent.consumer());
    return owner == world.id();
  }

  /** A partition, here or elsewhere, has released a batch. */
  private void released(BatchTable table, int stage, int partition, long[] watermarks) {
    boolean whole = table.released(stage, partition, watermarks);
    if (topology.feedsLocally[stage]) {
      releasedLocally(table, stage, partition);
    }
    if (whole) {
      for (int consumer : topology.wholeConsumers[stage]) {
        if (table.wholeArrived(consumer)) {
          scheduleStage(consumer);
        }
      }
      for (int view : topology.viewsFed[stage]) {
        advance(views[view]);
      }
    }
  }

  private void releasedLocally(BatchTable table, int stage, int partition) {
    for (EdgeSpec[] edges : topology.edgesOut[stage]) {
      for (EdgeSpec edge : edges) {
        if (topology.local[edge.id()]) {
          int consumer = partition % topology.stage(edge.consumer()).partitions();
          if (table.localArrived(edge.consumer(), consumer)
              && slots[edge.consumer()][consumer] != null) {
            schedule(slots[edge.consumer()][consumer]);
          }
        }
      }
    }
  }

  /** Makes the versions of a view for which everything is there. */
  private void advance(ViewSlot view) {
    while (isLive() && !view.busy && !cancelled) {
      BatchTable table = tableOrNull(view.next());
      if (table == null || !table.isReleased(view.view().producer())) {
        return;
      }
      view.prepare(table);
      if (view.isChangedBy(table)) {
        enqueue(view);
      } else {
        publish(view);
      }
    }
  }

  private void viewDone(ViewSlot view) {
    if (view.failure == null && isLive()) {
      publish(view);
      advance(view);
    }
  }

  private void publish(ViewSlot view) {
    BatchTable table = view.table();
    table.version(view.view().id(), view.version());
    view.advanced();
    for (int consumer : topology.viewConsumers[view.view().id()]) {
      if (table.wholeArrived(consumer)) {
        scheduleStage(consumer);
      }
    }
  }

  private void looked() {
    for (PartitionSlot slot : lookRound.slots()) {
      slot.busy = false;
    }
    if (lookRound.failure == null && isLive()) {
      watch.looked();
      lookRound.slots().forEach(this::schedule);
    }
  }

  private void scheduleStage(int stage) {
    for (int partition : topology.owned[stage]) {
      schedule(slots[stage][partition]);
    }
  }

  /** Lets a partition take its next step, if there is one to take. */
  private void schedule(PartitionSlot slot) {
    if (slot.busy || cancelled || life == Life.CLOSING || life == Life.CLOSED) {
      return;
    }
    if (slot.wantsAcknowledge() && slot.isSafe(safe)) {
      slot.prepare(PartitionSlot.Step.ACKNOWLEDGE);
      enqueue(slot);
      return;
    }
    BatchTable table = tableOrNull(slot.next());
    if (table != null && table.isReady(slot.stage().id(), slot.partition())) {
      slot.prepareTask(table);
      enqueue(slot);
    }
  }

  private void enqueue(Unit unit) {
    assert !unit.busy : unit + " is queued twice";
    unit.busy = true;
    busy++;
    world.queue().add(queue, unit);
    world.pool().offered(unit.isLight());
  }

  private void idle(Unit unit) {
    assert unit.busy : unit + " was not busy";
    unit.busy = false;
    busy--;
  }

  // tables

  private BatchTable tableOrNull(long batch) {
    long place = batch - firstBatch;
    if (place < 0 || place >= tables.size()) {
      return null;
    }
    for (BatchTable table : tables) {
      if (table.batch() == batch) {
        return table;
      }
    }
    return null;
  }

  private BatchTable table(long batch) {
    while (batch >= firstBatch + tables.size()) {
      long next = firstBatch + tables.size();
      BatchTable spare = spareTables.poll();
      if (spare == null) {
        spare = new BatchTable(topology, next);
      } else {
        spare.reset(next);
      }
      tables.addLast(spare);
    }
    return tableOrNull(batch);
  }

  /** Reports the batches that are done here, the oldest first. */
  private void finishTables() {
    while (!tables.isEmpty() && tables.peekFirst().open() != null && tables.peekFirst().isDone()) {
      BatchTable table = tables.removeFirst();
      firstBatch++;
      ToOpener.BatchReleased report = table.report();
      spareTables.push(table);
      toOpener(report);
    }
  }

  // the end

  private boolean isLive() {
    return life == Life.RUNNING && !cancelled;
  }

  private void closeIfQuiet() {
    if (busy > 0 || (life != Life.ABORTING && life != Life.FINISHING)) {
      if (life == Life.CLOSING && busy == 0) {
        closeShared();
      }
      return;
    }
    life = Life.CLOSING;
    if (insist != null) {
      insist.cancel();
    }
    tables.forEach(BatchTable::releaseBlocks);
    tables.clear();
    spareTables.clear();
    for (PartitionSlot slot : allSlots) {
      slot.prepare(PartitionSlot.Step.CLOSE);
      enqueue(slot);
    }
    if (allSlots.isEmpty()) {
      closeShared();
    }
  }

  private void closeShared() {
    if (closed == allSlots.size()) {
      closed++;
      enqueue(new CloseShared(this));
    }
  }

  private void closed() {
    for (ViewSlot view : views) {
      if (view != null) {
        view.clear();
      }
    }
    life = Life.CLOSED;
    world.queue().leave(queue);
    blocks.close();
    LOG.debug("job {} is closed in executor {}", plan.jobId(), world.id());
    toCoordinator(new ToCoordinator.JobStopped(plan.jobId(), world.id()));
  }

  boolean isClosed() {
    return life == Life.CLOSED;
  }

  ExecutorSnapshot.JobSnapshot snapshot() {
    return new ExecutorSnapshot.JobSnapshot(
        plan.jobId(),
        life.name(),
        busy,
        firstBatch,
        tables.size(),
        leastTask(),
        blocks.budget().used());
  }

  private ExecutorSnapshot.LeastTask leastTask() {
    PartitionSlot least = null;
    for (PartitionSlot slot : allSlots) {
      if (least == null || slot.next() < least.next()) {
        least = slot;
      }
    }
    BatchTable table = least == null ? null : tableOrNull(least.next());
    return table == null || table.open() == null
        ? null
        : new ExecutorSnapshot.LeastTask(
            least.next(), least.stage().id(), least.partition(), least.busy);
  }

  private void toCoordinator(Message message) {
    world.transport().send(new Address(world.id()), Address.COORDINATOR, message);
  }

  private void toOpener(Message message) {
    world.transport().send(new Address(world.id()), new Address(plan.opener()), message);
  }

  private void toExecutor(int executor, ToExecutor message) {
    world.transport().send(new Address(world.id()), new Address(executor), message);
  }
}
