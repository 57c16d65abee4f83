package dev.sluice.executor.api;

/** Takes records one by one, in canonical order. Called by one thread. */
@FunctionalInterface
public interface RecordConsumer {
  /**
   * Takes one record.
   *
   * @throws Exception whatever the user's code throws; it fails the attempt of the task
   */
  void accept(Object record) throws Exception;
}
