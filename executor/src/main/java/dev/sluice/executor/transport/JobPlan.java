package dev.sluice.executor.transport;

import dev.sluice.executor.api.JobGraph;
import java.io.Serializable;

/**
 * What the coordinator has decided about a job.
 *
 * @param jobId the job
 * @param run its life
 * @param graph what it does
 * @param assignment who owns which partition
 * @param opener the executor that opens its batches
 * @param checkpoints whether there is a store for its checkpoints
 * @param firstBatch 0, or the batch after the checkpoint that it resumes from
 * @param notBefore processing time does not begin earlier, milliseconds
 */
public record JobPlan(
    String jobId,
    int run,
    JobGraph graph,
    Assignment assignment,
    int opener,
    boolean checkpoints,
    long firstBatch,
    long notBefore)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** The same life of the job in another epoch. */
  public JobPlan with(Assignment next, int nextOpener) {
    return new JobPlan(jobId, run, graph, next, nextOpener, checkpoints, firstBatch, notBefore);
  }

  /** Another life of the job, from where this one began. */
  public JobPlan anew(Assignment next, int nextOpener) {
    return new JobPlan(jobId, run + 1, graph, next, nextOpener, checkpoints, firstBatch, notBefore);
  }
}
