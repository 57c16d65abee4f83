package dev.sluice.executor.simulation;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.PartitionProcessor;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.executor.api.TaskReport;

/** A processor before another. */
class Forwarding implements PartitionProcessor {
  private final PartitionProcessor inner;

  Forwarding(PartitionProcessor inner) {
    this.inner = inner;
  }

  @Override
  public void restore(SnapshotReader rows) throws Exception {
    inner.restore(rows);
  }

  @Override
  public TaskReport process(BatchContext batch) throws Exception {
    return inner.process(batch);
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    inner.snapshot(rows, full);
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    inner.snapshotCommitted(committed);
  }

  @Override
  public void acknowledge(long batch) throws Exception {
    inner.acknowledge(batch);
  }

  @Override
  public void close() throws Exception {
    inner.close();
  }
}
