package dev.sluice.executor.task;

import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.ToCoordinator.TaskMetrics;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * What flows between the tasks of a job: the tables of the batches in flight, what a release brings
 * to whom, and the versions of views. Owned by the executor.
 *
 * <p>Invariant: there are tables for all batches from the oldest that is not done here to the
 * youngest that was heard of.
 */
final class BatchFlow {
  private final JobPlan plan;
  private final Topology topology;
  private final JobVoice voice;
  private final JobUnits units;
  private final PartitionSlot[][] slots;
  private final ViewSlot[] views;

  /** Lets a partition take its next step, if there is one. */
  private final Consumer<PartitionSlot> schedule;

  private final Deque<BatchTable> tables = new ArrayDeque<>();
  private final Deque<BatchTable> spare = new ArrayDeque<>();
  private long first;

  BatchFlow(
      Topology topology,
      JobVoice voice,
      JobUnits units,
      PartitionSlot[][] slots,
      ViewSlot[] views,
      Consumer<PartitionSlot> schedule) {
    this.plan = topology.plan;
    this.topology = topology;
    this.voice = voice;
    this.units = units;
    this.slots = slots;
    this.views = views;
    this.schedule = schedule;
    this.first = plan.firstBatch();
  }

  /** The oldest batch that is not done here. */
  long first() {
    return first;
  }

  int size() {
    return tables.size();
  }

  void open(OpenBatch message) {
    BatchTable table = table(message.descriptor().batch());
    table.open(message);
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

  private boolean isHere(SentBlock sent) {
    int owner =
        sent.edge() < 0
            ? sent.consumer()
            : plan.assignment()
                .owner(plan.graph().edges().get(sent.edge()).consumer(), sent.consumer());
    return owner == topology.executor;
  }

  /** Partitions elsewhere have released. */
  void released(StageReleased message) {
    if (message.batch() < first) {
      message.blocks().forEach(sent -> sent.block().release());
      return;
    }
    BatchTable table = table(message.batch());
    for (SentBlock sent : message.blocks()) {
      table.deliver(sent);
    }
    for (int i = 0; i < message.partitions().length; i++) {
      sealed(table, message.stage(), message.partitions()[i], message.watermarks()[i]);
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
    while (!view.busy) {
      BatchTable table = tableOrNull(view.next());
      if (table == null || !table.isReleased(view.view().producer())) {
        return;
      }
      view.prepare(table);
      if (view.isChangedBy(table)) {
        units.enqueue(view);
      } else {
        publish(view);
      }
    }
  }

  /** A version of a view has been made. */
  void advanced(ViewSlot view) {
    publish(view);
    advance(view);
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

  private void scheduleStage(int stage) {
    for (int partition : topology.owned[stage]) {
      schedule.accept(slots[stage][partition]);
    }
  }

  private BatchTable tableOrNull(long batch) {
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

  /** Reports the batches that are done here, the oldest first. */
  void reportDone() {
    while (!tables.isEmpty() && tables.peekFirst().open() != null && tables.peekFirst().isDone()) {
      BatchTable table = tables.removeFirst();
      first++;
      spare.push(table);
      voice.tell(table.report());
    }
  }

  /** Forgets everything. */
  void clear() {
    tables.forEach(BatchTable::releaseBlocks);
    tables.clear();
    spare.clear();
    for (ViewSlot view : views) {
      if (view != null) {
        view.clear();
      }
    }
  }

  /** What the executor can do least without; see {@link ExecutorSnapshot.LeastTask}. */
  ExecutorSnapshot.LeastTask least(Iterable<PartitionSlot> all) {
    PartitionSlot least = null;
    for (PartitionSlot slot : all) {
      if (least == null || slot.next() < least.next()) {
        least = slot;
      }
    }
    return least == null || !isOpen(least.next())
        ? null
        : new ExecutorSnapshot.LeastTask(
            least.next(), least.stage().id(), least.partition(), least.busy);
  }
}
