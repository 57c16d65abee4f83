package dev.sluice.executor.task;

import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import java.util.ArrayList;
import java.util.List;

/**
 * What the partitions of a stage here have released for one batch and other executors wait for: it
 * goes to each of them in one message when the last partition has released (DESIGN C3). Owned by
 * the executor.
 */
final class StageOutbox {
  private final Topology topology;
  private final int stage;
  private final long[][] watermarks;
  private final List<SentBlock> blocks = new ArrayList<>();
  private int filled;

  StageOutbox(Topology topology, int stage) {
    this.topology = topology;
    this.stage = stage;
    this.watermarks = new long[topology.owned[stage].length][];
  }

  void add(SentBlock block) {
    blocks.add(block);
  }

  /** A partition here has released; returns whether all have. */
  boolean released(int partition, long[] seals) {
    int[] owned = topology.owned[stage];
    for (int i = 0; i < owned.length; i++) {
      if (owned[i] == partition) {
        watermarks[i] = seals;
      }
    }
    filled++;
    return filled == owned.length;
  }

  /** Takes the message for one listener; {@link #clear} comes when all have been taken. */
  StageReleased messageFor(int listener, long batch) {
    List<SentBlock> theirs = new ArrayList<>();
    for (SentBlock block : blocks) {
      if (topology.target(block) == listener) {
        theirs.add(block);
      }
    }
    return new StageReleased(
        topology.plan.jobId(), batch, stage, topology.owned[stage], watermarks.clone(), theirs);
  }

  void clear() {
    filled = 0;
    blocks.clear();
  }

  void release() {
    for (SentBlock block : blocks) {
      block.block().release();
    }
    clear();
  }
}
