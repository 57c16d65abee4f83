package dev.sluice.executor.transport;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.state.SnapshotRows;
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

  /**
   * A message among the members of an epoch. Taken only in that epoch: later ones wait until it
   * begins, earlier ones are dropped.
   *
   * @param epoch the epoch
   * @param from the executor that sends it
   */
  record InEpoch(long epoch, int from, ToExecutor message) implements ToExecutor {
    @Override
    public String jobId() {
      return message.jobId();
    }
  }

  /**
   * Blocks of partitions that have sealed a batch but not released it: to be kept and not used.
   * Answered by {@link CopyTaken}.
   */
  record StageSealed(String jobId, long batch, int stage, int[] partitions, List<SentBlock> blocks)
      implements ToExecutor {}

  /**
   * Copies of the tasks of one stage that are released together, for a buddy of some of them.
   * Answered by {@link CopyTaken}.
   *
   * @param open the batch
   * @param group all partitions that are released together
   * @param consumers the executors that their blocks were sent to
   * @param copies what is to be kept
   */
  record StageCopied(
      String jobId, OpenBatch open, int stage, int[] group, int[] consumers, List<TaskCopy> copies)
      implements ToExecutor {}

  /**
   * The whole state of a partition for its new buddy, with all that it has released and that is not
   * committed. Answered by {@link StateTaken}.
   *
   * @param released the last batch that the partition has released
   * @param rows the state after that batch; null if the partition has not begun
   * @param history one copy per batch that is released and not committed, without rows
   */
  record StateCopied(
      String jobId, TaskId task, long released, SnapshotRows rows, List<TaskCopy> history)
      implements ToExecutor {}

  /** {@link StageSealed} or {@link StageCopied} has been taken. */
  record CopyTaken(String jobId, long batch, int stage) implements ToExecutor {}

  /** {@link StateCopied} has been taken. */
  record StateTaken(String jobId, TaskId task) implements ToExecutor {}

  /**
   * Executors have left: take, acknowledge and release nothing of an earlier epoch any more.
   * Answered by {@link ToCoordinator.Inventories}.
   *
   * @param epoch the epoch that is to begin
   * @param leaving the executors whose partitions move
   */
  record Fence(String jobId, long epoch, List<Integer> leaving) implements ToExecutor {}

  /**
   * An epoch begins.
   *
   * @param plan the job under its new assignment
   * @param committed the last batch that is committed for sure
   * @param open all later batches
   * @param moved the partitions that have another owner now
   * @param newcomers members that have joined and may not know the views yet
   * @param checkpoints how far checkpoints are
   */
  record BeginEpoch(
      JobPlan plan,
      long committed,
      List<OpenBatch> open,
      List<Moved> moved,
      List<Integer> newcomers,
      CheckpointFacts checkpoints)
      implements ToExecutor {
    /** The last batch that is known to be open, or to have been. */
    public long lastOpen() {
      return open.isEmpty() ? committed : open.get(open.size() - 1).descriptor().batch();
    }

    @Override
    public String jobId() {
      return plan.jobId();
    }
  }

  /**
   * A partition that has another owner now.
   *
   * @param task the partition
   * @param released the last batch that it has released; what it made of a later one is to be
   *     thrown away
   */
  record Moved(TaskId task, long released) {}

  /**
   * What a member has released of batches that are not committed, as far as partitions that have
   * moved need it, has been sent again.
   *
   * @param gone blocks that an earlier owner had sent and that cannot be sent again: whoever needs
   *     one must have it
   */
  record Resent(String jobId, int from, List<Gone> gone) implements ToExecutor {}

  /**
   * A block that is only where it was sent.
   *
   * @param batch the batch
   * @param edge the edge
   * @param producer the partition that made it
   * @param consumer the partition that takes it
   */
  record Gone(long batch, int edge, int producer, int consumer) {}

  /**
   * A version of a view, for an executor that has joined.
   *
   * @param batch the batch that made the version
   * @param watermark the view's watermark then
   * @param contents of what records it is made
   */
  record ViewCopied(String jobId, int view, long batch, long watermark, SentBlock contents)
      implements ToExecutor {}
}
