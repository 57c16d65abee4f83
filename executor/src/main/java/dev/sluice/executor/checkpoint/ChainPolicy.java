package dev.sluice.executor.checkpoint;

import dev.sluice.executor.state.SnapshotObject;
import java.util.List;

/**
 * When a partition writes all its rows again in place of what has changed: chains are bounded in
 * links and in size.
 *
 * @param maxLinks no chain has more objects
 * @param maxChangesRatio the changes of a chain are no larger than this many times its full object,
 *     small ones aside
 */
public record ChainPolicy(int maxLinks, double maxChangesRatio) {
  /**
   * What is written is at most about doubled, and a restore reads at most about twice the state.
   */
  public static final ChainPolicy NORMAL = new ChainPolicy(16, 1.0);

  private static final long SMALL = 256 << 10;

  /** Whether the next object has to be full, after a chain of these. */
  boolean isFullDue(List<SnapshotObject> chain) {
    if (chain.isEmpty() || chain.size() >= maxLinks) {
      return true;
    }
    long full = chain.get(0).length();
    long changes = chain.stream().skip(1).mapToLong(SnapshotObject::length).sum();
    return changes > Math.max(SMALL, (long) (full * maxChangesRatio));
  }
}
