package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * Sums up what the tasks of a job report, where the job's client is not: in the coordinator's
 * process, in the job's class loader. Thread-safe.
 */
public interface JobSummary extends JobListener {
  /** What has come up to now, as the job's clients understand it. */
  Serializable snapshot();

  /** Makes a summary; travels with the job. */
  @FunctionalInterface
  interface Factory extends Serializable {
    /** An empty summary. */
    JobSummary create();
  }
}
