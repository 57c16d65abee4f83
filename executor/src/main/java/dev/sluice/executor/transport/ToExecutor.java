package dev.sluice.executor.transport;

import dev.sluice.executor.api.BatchDescriptor;
import java.util.List;

/** What an executor is told. */
public sealed interface ToExecutor extends Message {
  /**
   * Make processors and readers of the partitions that are yours. Answered by {@link
   * ToCoordinator.JobStarted}.
   */
  record StartJob(JobPlan plan) implements ToExecutor {
    @Override
    public String jobId() {
      return plan.jobId();
    }
  }

  /** Look at your sources and go on looking. Answered by {@link ToOpener.SourcesSeen}. */
  record WatchSources(String jobId) implements ToExecutor {}

  /**
   * A batch is open.
   *
   * @param descriptor its recorded facts
   * @param boundedQuota how many records a split of a source that is not unbounded may read
   * @param ended splits known to have ended: they seal {@link
   *     dev.sluice.executor.api.Watermarks#MAX} if the descriptor allows it
   */
  record OpenBatch(BatchDescriptor descriptor, long boundedQuota, List<Split> ended)
      implements ToExecutor {
    @Override
    public String jobId() {
      return descriptor.jobId();
    }
  }

  /**
   * What the partitions of one stage that belong to one executor have released for one batch: all
   * their seals, and those blocks for the receiver that are not empty.
   *
   * @param watermarks output watermarks by place in {@code partitions} and output
   */
  record StageReleased(
      String jobId,
      long batch,
      int stage,
      int[] partitions,
      long[][] watermarks,
      List<SentBlock> blocks)
      implements ToExecutor {}

  /** All batches up to this one are committed. */
  record BatchesCommitted(String jobId, long batch) implements ToExecutor {}

  /**
   * The last checkpoint is durable, or was given up.
   *
   * @param covered up to which batch nothing that was acknowledged can be lost any more; -1 for
   *     none
   */
  record CheckpointEnded(String jobId, long batch, boolean committed, long covered)
      implements ToExecutor {}

  /**
   * End the job here: close everything. Answered by {@link ToCoordinator.JobStopped}.
   *
   * @param abort whether to give up what is under way; otherwise nothing is
   * @param acknowledge up to which batch to acknowledge first; -1 for none
   */
  record StopJob(String jobId, boolean abort, long acknowledge) implements ToExecutor {}
}
