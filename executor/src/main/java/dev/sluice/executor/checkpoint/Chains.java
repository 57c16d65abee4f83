package dev.sluice.executor.checkpoint;

import dev.sluice.executor.state.SnapshotObject;
import java.util.List;
import java.util.Map;

/**
 * The chains of the last committed checkpoint. Immutable.
 *
 * @param policy when they end
 * @param byPartition a full object, then changes; nothing for a partition that has not written in
 *     this run
 */
record Chains(ChainPolicy policy, Map<PartitionId, List<SnapshotObject>> byPartition) {
  Chains {
    byPartition = Map.copyOf(byPartition);
  }

  List<SnapshotObject> of(PartitionId id) {
    return byPartition.getOrDefault(id, List.of());
  }

  boolean isFullDue(PartitionId id) {
    return policy.isFullDue(of(id));
  }
}
