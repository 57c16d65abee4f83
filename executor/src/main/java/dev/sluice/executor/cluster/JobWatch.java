package dev.sluice.executor.cluster;

import java.util.List;

/** What a client is told of a job of a cluster. Calls come one at a time; they must be quick. */
public interface JobWatch {
  /** The latest of what the job's {@link dev.sluice.executor.api.JobSummary} sums up. */
  void summary(Object snapshot);

  /** Lines that the job's code has logged in the processes of the cluster. */
  void logged(List<String> lines);

  /** Ignores everything. */
  JobWatch NONE =
      new JobWatch() {
        @Override
        public void summary(Object snapshot) {}

        @Override
        public void logged(List<String> lines) {}
      };
}
