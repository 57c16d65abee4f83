package dev.sluice.executor.task;

import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.EncodeAtShuffle;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.block.BlockWriter;
import dev.sluice.executor.transport.SentBlock;
import java.util.List;

/**
 * Spreads the records of one producer partition over the consumer partitions of one edge. A writer
 * is made when its first record comes, and kept for later batches. Used by the thread that runs the
 * task.
 */
final class EdgeOutput {
  private final LocalJob job;
  private final EdgeSpec edge;
  private final int producer;
  private final int consumers;
  private final int[] partitionOfGroup;
  private final BlockWriter[] writers;
  private final boolean[] used;

  /** The partitions that have got something in this batch. */
  private final int[] touched;

  private int touchedCount;
  private int cursor;

  EdgeOutput(LocalJob job, EdgeSpec edge, int producer) {
    this.job = job;
    this.edge = edge;
    this.producer = producer;
    StageSpec consumer = job.topology().stage(edge.consumer());
    this.consumers = consumer.partitions();
    this.partitionOfGroup = job.topology().partitionOfGroup[consumer.id()];
    this.writers = new BlockWriter[consumers];
    this.used = new boolean[consumers];
    this.touched = new int[consumers];
  }

  /** Begins a batch. */
  void begin(long batch) {
    cursor = (int) Math.floorMod(batch * 0x9E3779B97F4A7C15L + producer, (long) consumers);
  }

  void emit(int keyHash, Object record) throws Exception {
    int target =
        switch (edge.exchange()) {
          case KEYED -> partitionOfGroup[KeyGroups.groupOf(keyHash, partitionOfGroup.length)];
          case FORWARD -> producer % consumers;
          case SCATTER -> next();
          case GATHER -> 0;
        };
    BlockWriter writer = writers[target];
    if (writer == null) {
      writer = job.blocks().writer(job.formats().ofEdge(edge, leaves(target), encodes()));
      writers[target] = writer;
    }
    if (!used[target]) {
      used[target] = true;
      touched[touchedCount++] = target;
    }
    writer.append(record);
  }

  private int next() {
    int target = cursor;
    cursor = target + 1 == consumers ? 0 : target + 1;
    return target;
  }

  private boolean encodes() {
    JobSettings settings = job.plan().graph().settings();
    return edge.alwaysEncode() || settings.encodeAtShuffle() == EncodeAtShuffle.ALWAYS;
  }

  /** Whether the block goes to another executor, as what is to be read or as a copy. */
  private boolean leaves(int target) {
    return job.plan().assignment().isReplicated()
        || job.plan().assignment().owner(edge.consumer(), target) != job.topology().executor;
  }

  void seal(List<SentBlock> blocks) throws Exception {
    while (touchedCount > 0) {
      int target = touched[--touchedCount];
      used[target] = false;
      blocks.add(new SentBlock(edge.id(), producer, target, writers[target].seal()));
    }
  }

  void abort() {
    while (touchedCount > 0) {
      int target = touched[--touchedCount];
      used[target] = false;
      writers[target].abort();
    }
  }
}
