package dev.sluice.runner.submit;

import dev.sluice.executor.api.Storage;
import dev.sluice.executor.api.StorageFactory;

/**
 * Opens the directory for checkpoints in every process of a cluster, on a file system that all of
 * them reach. Beam's file systems are set up there by {@link BeamSurroundings} before.
 *
 * @param directory as the user names it
 */
public record CheckpointStorageFactory(String directory) implements StorageFactory {
  private static final long serialVersionUID = 1;

  @Override
  public Storage open() {
    CheckpointDirectory.check(directory); // from here, too
    return CheckpointDirectory.storage(directory);
  }
}
