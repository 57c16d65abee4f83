package dev.sluice.executor.task;

import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.transport.SentBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The blocks that one input of a partition, or a view, has received for one batch; none of them is
 * empty.
 */
final class BlockList {
  /** Edge, producer partition; a pair of partitions has one block per edge. */
  private static final Comparator<SentBlock> CANONICAL =
      Comparator.comparingInt(SentBlock::edge).thenComparingInt(SentBlock::producer);

  private final List<SentBlock> blocks = new ArrayList<>();

  void add(SentBlock block) {
    blocks.add(block);
  }

  boolean isEmpty() {
    return blocks.isEmpty();
  }

  /** Gives all records in canonical order and keeps none. */
  void drain(RecordConsumer consumer) throws Exception {
    blocks.sort(CANONICAL);
    for (SentBlock sent : blocks) {
      sent.block().drain(consumer);
    }
    blocks.clear();
  }

  /** Hands everything back that is left. */
  void release() {
    for (SentBlock sent : blocks) {
      sent.block().release();
    }
    blocks.clear();
  }
}
