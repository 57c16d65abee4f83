package dev.sluice.executor.checkpoint;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.state.SnapshotObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * One checkpoint: all that is needed to resume after a batch.
 *
 * @param layout the job's layout at that batch
 * @param descriptor the batch; its {@code run} and {@code batch} are those of the checkpoint
 * @param entries every object of every partition's chain, by stage, partition and place in the
 *     chain
 */
public record Manifest(JobLayout layout, BatchDescriptor descriptor, List<Entry> entries) {
  /**
   * An object of a partition's chain.
   *
   * @param stage id of the stage in {@link #layout}
   * @param partition the partition
   * @param object the object
   */
  public record Entry(int stage, int partition, SnapshotObject object) {}

  /** Copies the entries. */
  public Manifest {
    entries = List.copyOf(entries);
  }

  /** The chain of one partition: a full object, then changes. */
  public List<SnapshotObject> chain(int stage, int partition) {
    return entries.stream()
        .filter(entry -> entry.stage() == stage && entry.partition() == partition)
        .map(Entry::object)
        .toList();
  }

  /** The tables that a stage has rows in. */
  TreeSet<String> tables(int stage) {
    TreeSet<String> tables = new TreeSet<>();
    entries.stream()
        .filter(entry -> entry.stage() == stage)
        .forEach(entry -> tables.addAll(entry.object().tables()));
    return tables;
  }

  /** The chains of all partitions of a stage, in their order. */
  List<List<SnapshotObject>> chains(int stage) {
    List<List<SnapshotObject>> chains = new ArrayList<>();
    for (int partition = 0; partition < layout.stages().get(stage).partitions(); partition++) {
      chains.add(chain(stage, partition));
    }
    return chains;
  }
}
