package dev.sluice.executor.net;

import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.transport.JobPlan;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where blocks from other processes go: into the store of their job in this executor, which holds
 * or spills them, in the formats of its graph. The composition root says when a job is there and
 * when it is gone. May be used by any thread.
 */
public final class JobIntake {
  private record Job(JobPlan plan, BlockStore store) {}

  private final Map<String, Job> jobs = new ConcurrentHashMap<>();

  /** From now on the blocks of the job go to {@code store}. */
  public void open(JobPlan plan, BlockStore store) {
    jobs.put(plan.jobId(), new Job(plan, store));
  }

  /** From now on what comes for the job is thrown away. */
  public void close(String jobId) {
    jobs.remove(jobId);
  }
}
