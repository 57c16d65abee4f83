package dev.sluice.executor.node;

import dev.sluice.executor.api.Storage;
import dev.sluice.executor.common.FileStorage;
import java.nio.file.Path;

/**
 * Where a job keeps its checkpoints. How often they are taken is in {@link
 * dev.sluice.executor.api.JobSettings#checkpointIntervalMillis}; one more is taken when the job
 * ends by itself or is drained.
 *
 * @param storage holds the checkpoints of this job and nothing else
 * @param restore what the job resumes from: {@code latest}, the name of a checkpoint, or {@code
 *     none}, which the storage must be empty for
 * @param fingerprint of the program, such as a hash of its code
 */
public record CheckpointSettings(Storage storage, String restore, String fingerprint) {
  /** Beginning anew. */
  public static CheckpointSettings in(Storage storage) {
    return new CheckpointSettings(storage, "none", "");
  }

  /** The same with another choice. */
  public CheckpointSettings restoring(String other) {
    return new CheckpointSettings(storage, other, fingerprint);
  }

  /**
   * A directory of a local disk, made if need be. What has been closed is on the disk, also after
   * the machine stops.
   */
  public static Storage directory(Path directory) {
    return FileStorage.durable(directory);
  }
}
