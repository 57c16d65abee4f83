package dev.sluice.executor.task;

import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import dev.sluice.executor.transport.ToOpener.BatchReleased;
import java.util.Arrays;

/**
 * What one executor knows of one batch in flight: who has released, what was received, who still
 * waits. A table that only counts; {@link LocalJob} draws the conclusions. Used again for a later
 * batch.
 *
 * <p>Owned by the executor. A running task reads what is complete by the rule of readiness: the
 * blocks of its own inputs, the watermarks of its producers, its views.
 *
 * <p>Invariants: no count falls below zero; a partition releases once; an output's minimum is read
 * only when it is complete.
 */
final class BatchTable {
  private Topology topology;
  private long batch;
  private OpenBatch open;

  /** Edges and views that a stage still waits for as a whole, by stage. */
  private final int[] wholeMissing;

  /**
   * Producers that a partition still waits for along local edges, by stage and partition; null if
   * there are none.
   */
  private final int[][] localMissing;

  /** Partitions that have not released, by stage. */
  private final int[] unreleased;

  /** Least output watermark so far, by stage and output. */
  private final long[][] outputMin;

  /** Output watermarks by stage and partition, of stages with local edges out. */
  private final long[][][] sealed;

  /** Blocks by stage, and partition × inputs + input; the arrays are made when there is a block. */
  private final BlockList[][] blocks;

  private final BlockList[] viewBlocks;
  private final Object[] versions;

  /** Releases of a stage's partitions here that other executors have not been told of, by stage. */
  private final StageOutbox[] outboxes;

  /** What has to outlive a change of the assignment; null where there are no copies. */
  private final BatchRecord record;

  private int tasksMissing;
  private int splitsMissing;
  private boolean reported;

  // what the executor reports
  private long nextWakeUp;
  private long sinkWakeUp;
  private boolean withheld;
  private int outputsAtMax;
  private long minWatermark;
  private int laggingStage;
  private long recordsRead;
  private long bytesRead;
  private long workNanos;
  private int metricsReports;
  private boolean wantsAcknowledge;

  BatchTable(Topology topology, long batch) {
    this.topology = topology;
    int stages = topology.graph.stages().size();
    int views = topology.graph.views().size();
    wholeMissing = new int[stages];
    localMissing = new int[stages][];
    unreleased = new int[stages];
    outputMin = new long[stages][];
    sealed = new long[stages][][];
    blocks = new BlockList[stages][];
    viewBlocks = new BlockList[views];
    versions = new Object[views];
    outboxes = new StageOutbox[stages];
    for (StageSpec stage : topology.graph.stages()) {
      int id = stage.id();
      outputMin[id] = new long[stage.outputs()];
      localMissing[id] =
          topology.localInputs[id] == null ? null : new int[topology.localInputs[id].length];
      sealed[id] = topology.feedsLocally[id] ? new long[stage.partitions()][] : null;
      boolean sends = topology.listeners[id].length > 0;
      outboxes[id] =
          sends && !topology.plan.assignment().isReplicated()
              ? new StageOutbox(topology, id)
              : null;
    }
    record = topology.plan.assignment().isReplicated() ? new BatchRecord() : null;
    reset(batch);
  }

  /** Makes the table ready for another batch. */
  void reset(long nextBatch) {
    batch = nextBatch;
    open = null;
    Arrays.fill(versions, null);
    recordsRead = 0;
    bytesRead = 0;
    workNanos = 0;
    metricsReports = 0;
    wantsAcknowledge = false;
    resetCounts();
  }

  /**
   * Begins to count anew under another assignment; blocks, versions and what is on {@link #record}
   * stay.
   */
  void reset(Topology next) {
    topology = next;
    resetCounts();
  }

  private void resetCounts() {
    System.arraycopy(topology.wholeInputs, 0, wholeMissing, 0, wholeMissing.length);
    for (StageSpec stage : topology.graph.stages()) {
      int id = stage.id();
      unreleased[id] = stage.partitions();
      Arrays.fill(outputMin[id], Watermarks.MAX);
      if (localMissing[id] != null) {
        System.arraycopy(topology.localInputs[id], 0, localMissing[id], 0, localMissing[id].length);
      }
      if (sealed[id] != null) {
        Arrays.fill(sealed[id], null);
      }
    }
    tasksMissing = topology.ownedPartitions;
    splitsMissing = topology.ownedSplits;
    nextWakeUp = TaskReport.NO_WAKE_UP;
    sinkWakeUp = TaskReport.NO_WAKE_UP;
    withheld = false;
    outputsAtMax = 0;
    minWatermark = Watermarks.MAX;
    laggingStage = -1;
    reported = false;
  }

  /** Null where there are no copies. */
  BatchRecord record() {
    return record;
  }

  /** Whether the executor has reported the batch. */
  boolean isReported() {
    return reported;
  }

  long batch() {
    return batch;
  }

  void open(OpenBatch message) {
    if (open != null) {
      throw new IllegalStateException("batch " + batch + " is opened twice");
    }
    open = message;
  }

  /** Null until the batch is known to be open. */
  OpenBatch open() {
    return open;
  }

  /** Whether all inputs and views of a partition are there. */
  boolean isReady(int stage, int partition) {
    return open != null
        && wholeMissing[stage] == 0
        && (localMissing[stage] == null || localMissing[stage][partition] == 0);
  }

  boolean isWholeReady(int stage) {
    return open != null && wholeMissing[stage] == 0;
  }

  /** One edge or view is there for the whole stage; returns whether it was the last. */
  boolean wholeArrived(int stage) {
    int missing = --wholeMissing[stage];
    assert missing >= 0 : "stage " + stage + " got more inputs than it has";
    return missing == 0;
  }

  /** One producer partition is there along a local edge; returns whether it was the last. */
  boolean localArrived(int stage, int partition) {
    int missing = --localMissing[stage][partition];
    assert missing >= 0 : "stage " + stage + " partition " + partition + " got too many seals";
    return missing == 0;
  }

  /** A partition has released; returns whether the whole stage has. */
  boolean released(int stage, int partition, long[] watermarks) {
    long[] min = outputMin[stage];
    for (int output = 0; output < min.length; output++) {
      min[output] = Math.min(min[output], watermarks[output]);
    }
    if (sealed[stage] != null) {
      assert sealed[stage][partition] == null : "released twice: " + stage + "/" + partition;
      sealed[stage][partition] = watermarks;
    }
    int left = --unreleased[stage];
    assert left >= 0 : "stage " + stage + " released more partitions than it has";
    return left == 0;
  }

  void deliver(SentBlock sent) {
    if (sent.edge() < 0) {
      int view = -1 - sent.edge();
      if (viewBlocks[view] == null) {
        viewBlocks[view] = new BlockList();
      }
      viewBlocks[view].add(sent);
      return;
    }
    EdgeSpec edge = topology.graph.edges().get(sent.edge());
    StageSpec consumer = topology.stage(edge.consumer());
    BlockList[] lists = blocks[consumer.id()];
    if (lists == null) {
      lists = new BlockList[consumer.partitions() * consumer.inputs()];
      blocks[consumer.id()] = lists;
    }
    int place = sent.consumer() * consumer.inputs() + edge.input();
    if (lists[place] == null) {
      lists[place] = new BlockList();
    }
    lists[place].add(sent);
  }

  /** The blocks of an input, or null if none came. */
  BlockList blocks(StageSpec stage, int partition, int input) {
    BlockList[] lists = blocks[stage.id()];
    return lists == null ? null : lists[partition * stage.inputs() + input];
  }

  boolean hasBlocks(StageSpec stage, int partition) {
    for (int input = 0; input < stage.inputs(); input++) {
      BlockList list = blocks(stage, partition, input);
      if (list != null && !list.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** The least watermark over the seals of all producers of an input. */
  long inputWatermark(StageSpec stage, int partition, int input) {
    long watermark = Watermarks.MAX;
    for (EdgeSpec edge : topology.edgesIn[stage.id()][input]) {
      if (!topology.local[edge.id()]) {
        watermark = Math.min(watermark, outputMin[edge.producer()][edge.output()]);
        continue;
      }
      long[][] seals = sealed[edge.producer()];
      for (int p = partition; p < seals.length; p += stage.partitions()) {
        watermark = Math.min(watermark, seals[p][edge.output()]);
      }
    }
    return watermark;
  }

  BlockList viewBlocks(int view) {
    return viewBlocks[view];
  }

  /** The least watermark of an output of a stage that has released as a whole. */
  long outputWatermark(int stage, int output) {
    return outputMin[stage][output];
  }

  boolean isReleased(int stage) {
    return unreleased[stage] == 0;
  }

  Object version(int view) {
    return versions[view];
  }

  void version(int view, Object version) {
    versions[view] = version;
  }

  StageOutbox outbox(int stage) {
    return outboxes[stage];
  }

  /** A task here is done. */
  void done(PartitionSlot slot, TaskReport report) {
    tasksMissing--;
    splitsMissing -= slot.source() == null ? 0 : 1;
    nextWakeUp = Math.min(nextWakeUp, report.nextWakeUp());
    if (slot.stage().outputs() == 0) {
      sinkWakeUp = Math.min(sinkWakeUp, report.nextWakeUp());
    }
    withheld |= report.withheld();
    for (long watermark : report.outputWatermarks()) {
      minWatermark = Math.min(minWatermark, watermark);
      if (watermark == Watermarks.MAX) {
        outputsAtMax++;
      } else if (laggingStage < 0 || slot.stage().id() < laggingStage) {
        laggingStage = slot.stage().id();
      }
    }
  }

  long recordsRead() {
    return recordsRead;
  }

  void read(long records, long bytes) {
    recordsRead += records;
    bytesRead += bytes;
  }

  /** A task has been released that took so much time of a processor. */
  void worked(long nanos) {
    workNanos = Math.max(workNanos, nanos);
  }

  void metricsSent() {
    metricsReports++;
  }

  void acknowledgeWanted() {
    wantsAcknowledge = true;
  }

  boolean isDone() {
    return tasksMissing == 0;
  }

  boolean sourcesDone() {
    return splitsMissing == 0;
  }

  BatchReleased report() {
    reported = true;
    return new BatchReleased(
        topology.plan.jobId(),
        topology.executor,
        batch,
        nextWakeUp,
        sinkWakeUp,
        withheld,
        outputsAtMax,
        minWatermark,
        laggingStage,
        recordsRead,
        bytesRead,
        workNanos,
        metricsReports,
        wantsAcknowledge);
  }

  /** Hands all blocks back that nobody has drained. */
  void releaseBlocks() {
    for (BlockList[] lists : blocks) {
      for (int i = 0; lists != null && i < lists.length; i++) {
        if (lists[i] != null) {
          lists[i].release();
        }
      }
    }
    for (BlockList list : viewBlocks) {
      if (list != null) {
        list.release();
      }
    }
    for (StageOutbox outbox : outboxes) {
      if (outbox != null) {
        outbox.release();
      }
    }
    if (record != null) {
      record.clear();
    }
  }

  /** Hands the blocks back that were for a partition which has another owner now. */
  void releaseBlocks(StageSpec stage, int partition) {
    for (int input = 0; input < stage.inputs(); input++) {
      BlockList list = blocks(stage, partition, input);
      if (list != null) {
        list.release();
      }
    }
  }
}
