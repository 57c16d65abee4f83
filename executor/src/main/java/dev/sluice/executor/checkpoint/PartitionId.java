package dev.sluice.executor.checkpoint;

import java.util.Comparator;

/** A partition of a stage. */
record PartitionId(int stage, int partition) implements Comparable<PartitionId> {
  private static final Comparator<PartitionId> ORDER =
      Comparator.comparingInt(PartitionId::stage).thenComparingInt(PartitionId::partition);

  @Override
  public int compareTo(PartitionId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "partition " + partition + " of stage " + stage;
  }
}
