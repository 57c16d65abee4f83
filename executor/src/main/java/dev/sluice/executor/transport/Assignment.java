package dev.sluice.executor.transport;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.StageSpec;
import java.io.Serializable;
import java.util.Collection;
import java.util.stream.IntStream;

/**
 * Which executor owns which partition.
 *
 * <p>Partition {@code p} of every stage goes to the same executor, so that nothing leaves a process
 * along {@link dev.sluice.executor.api.Exchange#FORWARD} edges between equally wide stages.
 */
public final class Assignment implements Serializable {
  private static final long serialVersionUID = 1;

  private final int[] executors;

  private Assignment(int[] executors) {
    if (executors.length == 0) {
      throw new IllegalArgumentException("a job needs an executor");
    }
    this.executors = executors;
  }

  /** Spreads partitions over executors 0 to {@code executors - 1}. */
  public static Assignment spread(int executors) {
    return new Assignment(IntStream.range(0, executors).toArray());
  }

  /** Spreads partitions over executors with these numbers. */
  public static Assignment over(Collection<Integer> executors) {
    return new Assignment(executors.stream().mapToInt(i -> i).sorted().distinct().toArray());
  }

  /** The numbers of the executors, ascending. */
  public int[] executors() {
    return executors.clone();
  }

  /** The executor that owns a partition. */
  public int owner(int stage, int partition) {
    return executors[partition % executors.length];
  }

  /** Whether an executor has a split of a source. */
  public boolean readsSources(JobGraph graph, int executor) {
    for (StageSpec stage : graph.stages()) {
      for (int p = 0; stage.source() != null && p < stage.partitions(); p++) {
        if (owner(stage.id(), p) == executor) {
          return true;
        }
      }
    }
    return false;
  }
}
