package dev.sluice.executor.transport;

import java.io.Serializable;

/**
 * A partition of a stage, in order of stage and partition.
 *
 * @param stage the stage
 * @param partition the partition
 */
public record TaskId(int stage, int partition) implements Serializable, Comparable<TaskId> {
  private static final long serialVersionUID = 1;

  @Override
  public int compareTo(TaskId other) {
    int order = Integer.compare(stage, other.stage);
    return order != 0 ? order : Integer.compare(partition, other.partition);
  }
}
