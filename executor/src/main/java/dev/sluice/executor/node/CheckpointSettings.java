package dev.sluice.executor.node;

import dev.sluice.executor.checkpoint.RestoreChoice;
import dev.sluice.executor.common.Storage;

/**
 * Where a job keeps its checkpoints. How often they are taken is in {@link
 * dev.sluice.executor.api.JobSettings#checkpointIntervalMillis}; one more is taken when the job
 * ends by itself or is drained.
 *
 * @param storage holds the checkpoints of this job and nothing else
 * @param restore what the job resumes from
 * @param fingerprint of the program, such as a hash of its code
 */
public record CheckpointSettings(Storage storage, RestoreChoice restore, String fingerprint) {
  /** In a directory of the local file system, beginning anew. */
  public static CheckpointSettings in(Storage storage) {
    return new CheckpointSettings(storage, new RestoreChoice.None(), "");
  }

  /** The same with another choice. */
  public CheckpointSettings restoring(RestoreChoice other) {
    return new CheckpointSettings(storage, other, fingerprint);
  }
}
