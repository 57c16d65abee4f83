package dev.sluice.executor.simulation;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.fixtures.Programs.Nth;
import dev.sluice.executor.transport.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What outlives a simulated cluster: what a sink was given, what was acknowledged to sources, and
 * what was promised and must hold in the next life of the job, too. A table that only records; a
 * {@link Probe} of each life fills and asks it.
 */
final class OutsideWorld {
  /** The input watermarks of a partition after a batch are here. */
  record Place(int stage, int partition) {}

  private static final class Batch {
    BatchDescriptor descriptor;
    final Map<Place, long[]> watermarks = new TreeMap<>(Probe.BY_PLACE);
  }

  /** What came to the sink, each once. */
  final Set<Nth> sink = Collections.synchronizedSet(new TreeSet<>());

  /** What was broken; user code's own errors may be swallowed by the engine. */
  final List<String> violations = new ArrayList<>();

  /** How many records all lives have read. */
  long recordsRead;

  /** How many records came to stages without outputs in use, repetitions included. */
  long recordsSunk;

  private final TreeMap<Long, Batch> batches = new TreeMap<>();

  /** How many records of each split were acknowledged. */
  private final Map<Split, Long> acknowledged = new TreeMap<>(Probe.BY_SPLIT);

  /** The job goes on after this batch: what came later has not been. */
  void goOnAfter(long batch) {
    batches.tailMap(batch, false).clear();
  }

  /** The descriptor of a batch, null if none was seen. */
  BatchDescriptor descriptor(long batch) {
    Batch known = batches.get(batch);
    return known == null ? null : known.descriptor;
  }

  /** Records what all partitions are told of a batch; returns what others were told. */
  BatchDescriptor describe(BatchDescriptor descriptor) {
    Batch batch = batches.computeIfAbsent(descriptor.batch(), b -> new Batch());
    if (batch.descriptor == null) {
      batch.descriptor = descriptor;
    }
    return batch.descriptor;
  }

  /** How many batches there are in the job's history. */
  int size() {
    return batches.size();
  }

  void processed(long batch, Place place, long[] watermarks) {
    batches.get(batch).watermarks.put(place, watermarks.clone());
  }

  /** How many partitions have processed a batch. */
  int partitionsDone(long batch) {
    Batch known = batches.get(batch);
    return known == null ? 0 : known.watermarks.size();
  }

  /** The input watermarks of a partition after a batch, null if unknown. */
  long[] watermarks(long batch, Place place) {
    Batch known = batches.get(batch);
    return known == null ? null : known.watermarks.get(place);
  }

  void acknowledged(Split split, long records) {
    acknowledged.merge(split, records, Math::max);
  }

  long acknowledged(Split split) {
    return acknowledged.getOrDefault(split, 0L);
  }
}
