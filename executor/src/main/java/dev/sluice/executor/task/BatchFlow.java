package dev.sluice.executor.task;

import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.TaskCopy;
import dev.sluice.executor.transport.TaskId;
import dev.sluice.executor.transport.ToCoordinator.TaskMetrics;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import dev.sluice.executor.transport.ToExecutor.StageSealed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What flows between the tasks of a job: the tables of the batches in flight, what a release brings
 * to whom, and the versions of views. Owned by the executor.
 *
 * <p>Invariant: there are tables for all batches from the oldest that is not done here to the
 * youngest that was heard of.
 */
final class BatchFlow {
  private JobPlan plan;
  private Topology topology;
  private final JobVoice voice;
  private final JobUnits units;
  private final PartitionSlot[][] slots;
  private final ViewSlot[] views;

  /** Lets a partition take its next step, if there is one. */
  private final Consumer<PartitionSlot> schedule;

  /** Is told of each new version of a view. */
  private final Consumer<ViewSlot> viewAdvanced;

  private final Deque<BatchTable> tables = new ArrayDeque<>();

  /** What is kept for others; empty where there are no copies. */
  private final Standbys standbys;

  private final Deque<BatchTable> spare = new ArrayDeque<>();
  private long first;
  private long time = Long.MIN_VALUE;

  BatchFlow(
      Topology topology,
      JobVoice voice,
      JobUnits units,
      PartitionSlot[][] slots,
      ViewSlot[] views,
      Standbys standbys,
      Consumer<PartitionSlot> schedule,
      Consumer<ViewSlot> viewAdvanced) {
    this.plan = topology.plan;
    this.topology = topology;
    this.voice = voice;
    this.units = units;
    this.slots = slots;
    this.views = views;
    this.standbys = standbys;
    this.schedule = schedule;
    this.viewAdvanced = viewAdvanced;
    this.first = plan.firstBatch();
  }

  /** The oldest batch that is not done here. */
  long first() {
    return first;
  }

  /** The greatest processing time of a batch that was known here. */
  long time() {
    return time;
  }

  int size() {
    return tables.size();
  }

  /** A batch is known to be open; nothing follows from it yet. */
  BatchTable know(OpenBatch message) {
    BatchTable table = table(message.descriptor().batch());
    table.open(message);
    time = Math.max(time, message.descriptor().processingTime());
    return table;
  }

  void open(OpenBatch message) {
    BatchTable table = know(message);
    for (int stage = 0; stage < slots.length; stage++) {
      if (table.isWholeReady(stage)) {
        scheduleStage(stage);
      }
    }
    reportDone();
  }

  /** The table of the batch that a partition runs next, if it may. */
  BatchTable readyTable(PartitionSlot slot) {
    BatchTable table = tableOrNull(slot.next());
    return table != null && table.isReady(slot.stage().id(), slot.partition()) ? table : null;
  }

  /** Whether a batch is known to be or to have been open. */
  boolean isKnown(long batch) {
    return batch < first || isOpen(batch);
  }

  /** Whether a batch is known to be open. */
  boolean isOpen(long batch) {
    BatchTable table = tableOrNull(batch);
    return table != null && table.open() != null;
  }

  /**
   * A task here has run: its blocks and seals go to whom they are for. Returns the table of its
   * batch.
   */
  BatchTable released(PartitionSlot slot) {
    BatchTable table = slot.table();
    TaskReport report = slot.report();
    StageSpec stage = slot.stage();
    table.worked(slot.threadNanos);
    metrics(table, stage, report.metrics());
    if (slot.source() != null) {
      metrics(table, stage, slot.readerMetrics());
      table.read(slot.source().recordsRead(), slot.source().bytesRead());
    }
    if (slot.wantsAcknowledgeOf(table.batch())) {
      table.acknowledgeWanted();
    }
    StageOutbox outbox = table.outbox(stage.id());
    for (SentBlock sent : slot.blocks()) {
      if (topology.target(sent) == topology.executor) {
        table.deliver(sent);
      } else {
        outbox.add(sent);
      }
    }
    slot.released();
    table.done(slot, report);
    if (outbox != null && outbox.released(slot.partition(), report.outputWatermarks())) {
      for (int listener : topology.listeners[stage.id()]) {
        voice.tell(listener, outbox.messageFor(listener, table.batch()));
      }
      outbox.clear();
    }
    sealed(table, stage.id(), slot.partition(), report.outputWatermarks());
    return table;
  }

  private void metrics(BatchTable table, StageSpec stage, Object metrics) {
    if (metrics != null) {
      table.metricsSent();
      voice.tell(new TaskMetrics(plan.jobId(), table.batch(), stage.id(), metrics));
    }
  }

  /** Tasks of one stage here are copied, and thereby released together. */
  void released(List<PartitionSlot> group) {
    PartitionSlot any = group.get(0);
    BatchTable table = any.table();
    StageSpec stage = any.stage();
    int[] partitions = new int[group.size()];
    long[][] watermarks = new long[group.size()][];
    for (int i = 0; i < partitions.length; i++) {
      PartitionSlot slot = group.get(i);
      partitions[i] = slot.partition();
      watermarks[i] = slot.report().outputWatermarks();
      releasedOne(table, slot);
    }
    StageReleased mark =
        new StageReleased(
            plan.jobId(), table.batch(), stage.id(), partitions, watermarks, List.of());
    for (int listener : topology.markListeners[stage.id()]) {
      voice.tell(listener, mark);
    }
    for (int i = 0; i < partitions.length; i++) {
      sealed(table, stage.id(), partitions[i], watermarks[i]);
    }
  }

  private void releasedOne(BatchTable table, PartitionSlot slot) {
    TaskReport report = slot.report();
    table.worked(slot.threadNanos);
    metrics(table, slot.stage(), report.metrics());
    if (slot.source() != null) {
      metrics(table, slot.stage(), slot.readerMetrics());
      table.read(slot.source().recordsRead(), slot.source().bytesRead());
    }
    if (slot.wantsAcknowledgeOf(table.batch())) {
      table.acknowledgeWanted();
    }
    List<SentBlock> kept = new ArrayList<>();
    for (SentBlock sent : slot.blocks()) {
      if (topology.target(sent) == topology.executor) {
        deliver(table, ReleaseGroups.share(sent));
      }
      if (sent.edge() < 0) {
        sent.block().release();
      } else {
        kept.add(sent);
      }
    }
    TaskId task = new TaskId(slot.stage().id(), slot.partition());
    table.record().released(task, new BatchRecord.Own(report, kept, List.of()));
    slot.released();
    table.done(slot, report);
  }

  /** Gives a block of a released task to the partition here that it is for, once. */
  private void deliver(BatchTable table, SentBlock sent) {
    if (topology.target(sent) != topology.executor
        || isPast(table, sent)
        || !table.record().deliver(sent)) {
      sent.block().release();
    } else {
      table.deliver(sent);
    }
  }

  /** Whether the partition that a block is for has run the batch already. */
  private boolean isPast(BatchTable table, SentBlock sent) {
    if (sent.edge() < 0) {
      return views[SentBlock.viewOfEdge(sent.edge())].next() > table.batch();
    }
    int consumer = plan.graph().edges().get(sent.edge()).consumer();
    return slots[consumer][sent.consumer()].next() > table.batch();
  }

  /** Partitions elsewhere have sealed: what they have made is kept until it is released. */
  void sealedElsewhere(StageSealed message) {
    if (message.batch() < first) {
      message.blocks().forEach(sent -> sent.block().release());
      return;
    }
    BatchTable table = table(message.batch());
    Map<TaskId, List<SentBlock>> byTask = new TreeMap<>();
    for (int partition : message.partitions()) {
      byTask.put(new TaskId(message.stage(), partition), new ArrayList<>());
    }
    for (SentBlock sent : message.blocks()) {
      byTask.get(new TaskId(message.stage(), sent.producer())).add(sent);
    }
    byTask.forEach(table.record()::sealed);
  }

  /** Partitions elsewhere have released. */
  void released(StageReleased message) {
    if (message.batch() < first) {
      message.blocks().forEach(sent -> sent.block().release());
      return;
    }
    BatchTable table = table(message.batch());
    if (table.record() == null) {
      message.blocks().forEach(table::deliver);
    } else {
      message.blocks().forEach(sent -> deliver(table, sent));
    }
    for (int i = 0; i < message.partitions().length; i++) {
      int partition = message.partitions()[i];
      if (table.record() == null) {
        sealed(table, message.stage(), partition, message.watermarks()[i]);
      } else {
        released(table, new TaskId(message.stage(), partition), message.watermarks()[i]);
      }
    }
    reportDone();
  }

  private void released(BatchTable table, TaskId task, long[] watermarks) {
    standbys.released(task, table.batch());
    if (!table.record().isReleased(task)) {
      for (SentBlock sent : table.record().released(task, watermarks)) {
        deliver(table, sent);
      }
      sealed(table, task.stage(), task.partition(), watermarks);
    }
  }

  /** All that a partition, here or elsewhere, has made of a batch is there. */
  private void sealed(BatchTable table, int stage, int partition, long[] watermarks) {
    boolean whole = table.released(stage, partition, watermarks);
    if (topology.feedsLocally[stage]) {
      sealedLocally(table, stage, partition);
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

  private void sealedLocally(BatchTable table, int stage, int partition) {
    for (EdgeSpec[] edges : topology.edgesOut[stage]) {
      for (EdgeSpec edge : edges) {
        if (topology.local[edge.id()]) {
          int consumer = partition % topology.stage(edge.consumer()).partitions();
          PartitionSlot slot = slots[edge.consumer()][consumer];
          if (table.localArrived(edge.consumer(), consumer) && slot != null) {
            schedule.accept(slot);
          }
        }
      }
    }
  }

  /** Makes the versions of a view for which everything is there. */
  private void advance(ViewSlot view) {
    while (!view.busy && view.isBased()) {
      BatchTable table = tableOrNull(view.next());
      if (table == null || !table.isReleased(view.view().producer())) {
        return;
      }
      boolean changed = view.isChangedBy(table);
      view.prepare(table);
      if (changed) {
        units.enqueue(view);
      } else {
        publish(view);
      }
    }
  }

  /** A version of a view has been made. */
  void advanced(ViewSlot view) {
    if (view.isBased()) {
      publish(view);
    } else {
      view.based();
    }
    advance(view);
    reportDone();
  }

  private void publish(ViewSlot view) {
    BatchTable table = view.table();
    table.version(view.view().id(), view.version());
    view.advanced();
    arrived(table, view);
    viewAdvanced.accept(view);
  }

  private void arrived(BatchTable table, ViewSlot view) {
    for (int consumer : topology.viewConsumers[view.view().id()]) {
      if (table.wholeArrived(consumer)) {
        scheduleStage(consumer);
      }
    }
  }

  private void scheduleStage(int stage) {
    for (int partition : topology.owned[stage]) {
      schedule.accept(slots[stage][partition]);
    }
  }

  /** The table of a batch that is not committed, null if nothing is known of it. */
  BatchTable tableOrNull(long batch) {
    if (batch < first || batch >= first + tables.size()) {
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
    while (batch >= first + tables.size()) {
      long next = first + tables.size();
      BatchTable table = spare.poll();
      if (table == null) {
        table = new BatchTable(topology, next);
      } else {
        table.reset(next);
      }
      tables.addLast(table);
    }
    return tableOrNull(batch);
  }

  /**
   * Reports the batches that are done here, the oldest first. Where partitions may move, what is
   * known of a batch is kept until it is committed; and since a partition that looks at a view may
   * come here later, a batch is not done before the views here have its versions.
   */
  void reportDone() {
    if (plan.assignment().isReplicated()) {
      for (BatchTable table : tables) {
        if (table.open() == null || !table.isDone() || !viewsAreThrough(table.batch())) {
          return;
        }
        if (!table.isReported()) {
          voice.tell(table.report());
        }
      }
      return;
    }
    while (!tables.isEmpty() && tables.peekFirst().open() != null && tables.peekFirst().isDone()) {
      BatchTable table = tables.removeFirst();
      first++;
      spare.push(table);
      voice.tell(table.report());
    }
  }

  private boolean viewsAreThrough(long batch) {
    for (ViewSlot view : views) {
      if (view != null && view.next() <= batch) {
        return false;
      }
    }
    return true;
  }

  /** All batches up to this one are committed: nothing of them is needed any more. */
  void committed(long batch) {
    standbys.committed(batch);
    while (!tables.isEmpty() && first <= batch) {
      BatchTable table = tables.removeFirst();
      first++;
      table.releaseBlocks();
      spare.push(table);
    }
    first = Math.max(first, batch + 1);
  }

  /** The tables of the batches that are not committed, the oldest first. */
  Iterable<BatchTable> tables() {
    return tables;
  }

  /** Another epoch begins: from now on blocks go where it says. */
  void use(Topology next) {
    topology = next;
    plan = next.plan;
    spare.clear();
  }

  /** A partition that has come here had released a batch. */
  void remember(BatchTable table, TaskId task, TaskCopy copy) {
    for (SentBlock sent : table.record().released(task, copy.report().outputWatermarks())) {
      deliver(table, sent);
    }
    table
        .record()
        .released(
            task,
            new BatchRecord.Own(
                copy.report(), PartitionSlot.shared(copy.blocks()), copy.elsewhere()));
  }

  /** Counts anew what is known, for the partitions that are here now. Nobody is told anything. */
  void begin() {
    for (BatchTable table : tables) {
      table.reset(topology);
      table
          .record()
          .released()
          .forEach(
              (task, known) -> {
                PartitionSlot slot = slots[task.stage()][task.partition()];
                if (slot != null && known.own() != null) {
                  table.done(slot, known.own().report());
                }
              });
    }
    for (BatchTable table : tables) {
      for (ViewSlot view : views) {
        if (table.version(view.view().id()) != null) {
          arrived(table, view);
        }
      }
    }
    for (BatchTable table : tables) {
      table
          .record()
          .released()
          .forEach(
              (task, known) -> sealed(table, task.stage(), task.partition(), known.watermarks()));
    }
  }

  /** Gives what partitions here have released to partitions here that have just come. */
  void deliverAgain(BatchTable table, List<SentBlock> blocks) {
    for (SentBlock sent : blocks) {
      if (topology.target(sent) == topology.executor) {
        deliver(table, ReleaseGroups.share(sent));
      }
    }
  }

  /** Forgets everything. */
  void clear() {
    tables.forEach(BatchTable::releaseBlocks);
    tables.clear();
    spare.clear();
    standbys.clear();
    for (ViewSlot view : views) {
      if (view != null) {
        view.clear();
      }
    }
  }

  private static boolean comesBefore(PartitionSlot slot, PartitionSlot other) {
    return slot.next() != other.next()
        ? slot.next() < other.next()
        : slot.stage().id() < other.stage().id();
  }

  /** What the executor can do least without; see {@link ExecutorSnapshot.LeastTask}. */
  ExecutorSnapshot.LeastTask least(Iterable<PartitionSlot> all) {
    PartitionSlot least = null;
    for (PartitionSlot slot : all) {
      if (least == null || comesBefore(slot, least)) {
        least = slot;
      }
    }
    return least == null || !isOpen(least.next())
        ? null
        : new ExecutorSnapshot.LeastTask(
            least.next(), least.stage().id(), least.partition(), least.busy || least.isSealed());
  }
}
