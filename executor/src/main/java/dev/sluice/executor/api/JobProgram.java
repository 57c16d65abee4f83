package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * A job as it is handed to a cluster; serialized with Java's own means and read in the job's class
 * loader.
 *
 * @param graph what it does
 * @param summary makes what sums up the reports of its tasks
 * @param surroundings what it expects of each process
 * @param checkpoints where checkpoints go, or null
 * @param restore what the job resumes from: {@code latest}, the name of a checkpoint, or {@code
 *     none}
 * @param fingerprint of the program, such as a hash of its code
 */
public record JobProgram(
    JobGraph graph,
    JobSummary.Factory summary,
    JobSurroundings surroundings,
    StorageFactory checkpoints,
    String restore,
    String fingerprint)
    implements Serializable {
  private static final long serialVersionUID = 1;
}
