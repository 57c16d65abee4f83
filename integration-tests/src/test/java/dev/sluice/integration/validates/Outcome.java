package dev.sluice.integration.validates;

/**
 * What became of one test in one run.
 *
 * @param status how it ended
 * @param seconds how long it took
 * @param message first line of the failure, of the error or of the reason to skip; else empty
 */
record Outcome(Status status, double seconds, String message) {

  enum Status {
    PASSED,
    FAILED,
    ERRORED,
    SKIPPED
  }
}
