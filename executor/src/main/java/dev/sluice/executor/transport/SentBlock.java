package dev.sluice.executor.transport;

import dev.sluice.executor.block.Block;

/**
 * A block on its way.
 *
 * @param edge the edge, or -1 - view for the records of a view
 * @param producer the partition that made it
 * @param consumer the partition that takes it; 0 for a view
 * @param block the records
 */
public record SentBlock(int edge, int producer, int consumer, Block block) {
  /** Place of a view in {@link #edge}. */
  public static int edgeOfView(int view) {
    return -1 - view;
  }

  /** The view whose place in {@link #edge} this is. */
  public static int viewOfEdge(int edge) {
    return -1 - edge;
  }
}
