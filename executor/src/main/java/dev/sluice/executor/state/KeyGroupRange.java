package dev.sluice.executor.state;

import dev.sluice.executor.api.KeyGroups;

/**
 * The key groups that a partition owns.
 *
 * @param from the first
 * @param to the first that it does not own any more
 */
public record KeyGroupRange(int from, int to) {
  /** What {@code partition} of {@code partitions} owns, as {@link KeyGroups#partitionOf} has it. */
  public static KeyGroupRange ofPartition(int partition, int partitions, int maxParallelism) {
    return new KeyGroupRange(
        firstOf(partition, partitions, maxParallelism),
        firstOf(partition + 1, partitions, maxParallelism));
  }

  private static int firstOf(int partition, int partitions, int maxParallelism) {
    return (int) (((long) partition * maxParallelism + partitions - 1) / partitions);
  }

  /** Whether a key group lies in this range. */
  public boolean contains(int keyGroup) {
    return keyGroup >= from && keyGroup < to;
  }

  /** Whether a key group lies in both. */
  public boolean overlaps(KeyGroupRange other) {
    return from < other.to && other.from < to;
  }
}
