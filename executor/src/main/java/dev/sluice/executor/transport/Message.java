package dev.sluice.executor.transport;

/** What coordinator, openers and executors say to each other. Immutable. */
public sealed interface Message permits ToCoordinator, ToExecutor, ToOpener {
  /** The job that this is about. */
  String jobId();
}
