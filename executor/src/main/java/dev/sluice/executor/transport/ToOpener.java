package dev.sluice.executor.transport;

import dev.sluice.executor.api.JobProgress;
import java.util.List;

/** What an opener is told. */
public sealed interface ToOpener extends Message {
  /**
   * Open batches of this job: all executors have started it, or begin an epoch.
   *
   * @param committed the last batch that is committed
   * @param open later batches that are open already; all executors report them again
   * @param before how far the job was known to be, null at its start
   * @param draining whether it is being drained
   * @param checkpoints how far checkpoints are
   */
  record BeginOpening(
      JobPlan plan,
      long committed,
      List<ToExecutor.OpenBatch> open,
      JobProgress before,
      boolean draining,
      CheckpointFacts checkpoints)
      implements ToOpener {
    /** A job that starts. */
    public static BeginOpening of(JobPlan plan) {
      return new BeginOpening(
          plan,
          plan.firstBatch() - 1,
          List.of(),
          null,
          false,
          CheckpointFacts.none(plan.firstBatch()));
    }

    @Override
    public String jobId() {
      return plan.jobId();
    }
  }

  /**
   * What an executor's sources look like.
   *
   * @param batch the last batch that all its source tasks have released, -1 for none
   */
  record SourcesSeen(String jobId, int executor, long batch, SourceSummary sources)
      implements ToOpener {}

  /**
   * An executor has released all its tasks of a batch.
   *
   * @param nextWakeUp the least wake-up of its partitions
   * @param sinkWakeUp the least wake-up of its partitions without outputs, whose watermarks nobody
   *     sees
   * @param withheld whether one of its partitions withholds its output watermark
   * @param outputsAtMax how many outputs of its partitions have reached the end
   * @param minWatermark the least output watermark of its partitions
   * @param laggingStage the first stage with an output watermark below the end, or -1
   * @param recordsRead how many records its sources read
   * @param bytesRead how many bytes these take, by estimate
   * @param workNanos how much time of a processor its longest task took
   * @param metricsReports how many {@link ToCoordinator.TaskMetrics} it sent
   * @param wantsAcknowledge whether a partition of it wants to hear that the batch is safe
   */
  record BatchReleased(
      String jobId,
      int executor,
      long batch,
      long nextWakeUp,
      long sinkWakeUp,
      boolean withheld,
      int outputsAtMax,
      long minWatermark,
      int laggingStage,
      long recordsRead,
      long bytesRead,
      long workNanos,
      int metricsReports,
      boolean wantsAcknowledge)
      implements ToOpener {}

  /** Stop unbounded sources, and finish. */
  record Drain(String jobId) implements ToOpener {}

  /**
   * The last checkpoint is durable, or was given up.
   *
   * @param error why it was given up, or null
   * @param covered as in {@link ToExecutor.CheckpointEnded}
   */
  record CheckpointEnded(String jobId, long batch, Exception error, long covered)
      implements ToOpener {}

  /** Open nothing any more. */
  record EndOpening(String jobId) implements ToOpener {}

  /**
   * A message of a member of an epoch; dropped if the opener is of another.
   *
   * @param epoch the epoch
   */
  record InEpoch(long epoch, ToOpener message) implements ToOpener {
    @Override
    public String jobId() {
      return message.jobId();
    }
  }
}
