package dev.sluice.executor.checkpoint;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.checkpoint.CheckpointException.Reason;
import dev.sluice.executor.state.SnapshotHeader;
import dev.sluice.executor.state.SnapshotObject;
import dev.sluice.executor.state.SnapshotObjectWriter;
import dev.sluice.executor.state.SnapshotRows;
import java.io.IOException;

/**
 * Writes the objects of one job's checkpoints, each under a name that nobody gives twice.
 *
 * @param incarnation a word that no other process puts into names, now or later
 */
record SnapshotObjects(Storage storage, JobLayout layout, String incarnation) {
  SnapshotObjects {
    if (!incarnation.matches("[A-Za-z0-9_-]+")) {
      throw new IllegalArgumentException("not a word for object names: " + incarnation);
    }
  }

  /**
   * Writes the rows of a partition.
   *
   * @param attempt counts the checkpoints that the incarnation has begun
   * @param parent name of the object that the rows change, null if they are all
   */
  SnapshotObject write(
      BatchDescriptor descriptor, int attempt, PartitionId id, SnapshotRows rows, String parent)
      throws CheckpointException {
    SnapshotHeader header =
        new SnapshotHeader(
            layout.hashName(),
            layout.maxParallelism(),
            layout.jobName(),
            descriptor.jobId(),
            descriptor.run(),
            descriptor.batch(),
            layout.stages().get(id.stage()).name(),
            id.partition(),
            parent);
    String name =
        ObjectName.of(
            descriptor.run(), descriptor.batch(), attempt, id.stage(), id.partition(), incarnation);
    try {
      return SnapshotObjectWriter.write(storage, name, header, rows);
    } catch (IOException e) {
      throw new CheckpointException(
          Reason.NOT_WRITTEN,
          "the state of partition "
              + id.partition()
              + " of the stage '"
              + header.stage()
              + "' cannot be written to "
              + name
              + " in "
              + storage.location()
              + " ("
              + e
              + "); the last committed checkpoint stays valid; free space there",
          e);
    }
  }
}
