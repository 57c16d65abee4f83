package dev.sluice.executor.transport;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.StageSpec;
import java.io.Serializable;

/**
 * Which executor owns which partition.
 *
 * <p>Partition {@code p} of every stage goes to the same executor, so that nothing leaves a process
 * along {@link dev.sluice.executor.api.Exchange#FORWARD} edges between equally wide stages.
 */
public final class Assignment implements Serializable {
  private static final long serialVersionUID = 1;

  private final int executors;

  private Assignment(int executors) {
    this.executors = executors;
  }

  /** Spreads partitions over executors 0 to {@code executors - 1}. */
  public static Assignment spread(int executors) {
    return new Assignment(executors);
  }

  /** How many executors there are. */
  public int executors() {
    return executors;
  }

  /** The executor that owns a partition. */
  public int owner(int stage, int partition) {
    return partition % executors;
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
