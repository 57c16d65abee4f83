package dev.sluice.executor.coordinator;

import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.ToCoordinator;

/** What happens to the coordinator. */
sealed interface CoordinatorEvent {
  /** A client submits a job. */
  record Submitted(JobPlan plan, SubmittedJob handle, JobListener listener)
      implements CoordinatorEvent {}

  /** A client wants a job to end at once. */
  record CancelAsked(String jobId) implements CoordinatorEvent {}

  /** A client wants a job to finish. */
  record DrainAsked(String jobId) implements CoordinatorEvent {}

  /** A checkpoint is durable, or was given up. */
  record CheckpointSettled(String jobId, long batch, String name, Exception error)
      implements CoordinatorEvent {}

  /** A message came. */
  record Received(ToCoordinator message) implements CoordinatorEvent {}

  /** An executor has been declared dead. */
  record ExecutorDied(int executor) implements CoordinatorEvent {}

  /** An executor may take part in a job. */
  record ExecutorJoined(String jobId, int executor) implements CoordinatorEvent {}
}
