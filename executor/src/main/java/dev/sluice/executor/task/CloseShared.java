package dev.sluice.executor.task;

/** The last unit of a job: closes what its processors shared. */
final class CloseShared extends Unit {
  CloseShared(LocalJob job) {
    super(job, 0);
  }

  @Override
  void work() {
    job.shared().close();
  }
}
