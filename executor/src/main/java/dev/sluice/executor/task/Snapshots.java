package dev.sluice.executor.task;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.state.SnapshotRows;
import java.io.IOException;

/**
 * Where the snapshots of partitions go and come from, injected (DESIGN C8). Called by the threads
 * that run tasks; never for jobs without checkpoints, which no descriptor marks.
 */
public interface Snapshots {
  /** Whether a partition has to write all its rows for the checkpoint that a descriptor marks. */
  boolean isFullDue(BatchDescriptor marked, int stage, int partition);

  /**
   * Writes the rows of a partition.
   *
   * @throws IOException if they cannot be written; the checkpoint is given up, the job goes on
   */
  void write(BatchDescriptor marked, int stage, int partition, SnapshotRows rows, boolean full)
      throws IOException;

  /**
   * The checkpoint of a batch is durable, or was given up. Called by the executor; returns soon.
   */
  void ended(String jobId, long batch, boolean durable);

  /** The rows that a partition begins with, or null if its job begins anew. */
  SnapshotReader restored(String jobId, int stage, int partition);
}
