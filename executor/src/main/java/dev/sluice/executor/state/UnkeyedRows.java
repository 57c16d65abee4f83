package dev.sluice.executor.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows without a key of all partitions that a stage had, for a job in which it has others. Read
 * once, by whoever needs them first. Any thread may call.
 */
public final class UnkeyedRows {
  private static final KeyGroupRange NO_KEYS = new KeyGroupRange(0, 0);

  private final Storage storage;
  private final List<List<SnapshotObject>> chains;

  @GuardedBy("this")
  private List<Row> rows;

  /**
   * Reads nothing yet.
   *
   * @param chains of all partitions, in their order
   */
  public UnkeyedRows(Storage storage, List<List<SnapshotObject>> chains) {
    this.storage = storage;
    this.chains = List.copyOf(chains);
  }

  /** These rows together with keyed ones, in the order of a restore. */
  public SnapshotReader with(SnapshotReader keyed) {
    return consumer -> {
      List<Row> unkeyed = rows();
      int[] next = new int[1];
      keyed.forEach(
          (table, keyGroup, key, value) -> {
            while (next[0] < unkeyed.size() && unkeyed.get(next[0]).table().compareTo(table) <= 0) {
              give(unkeyed.get(next[0]++), consumer);
            }
            consumer.accept(table, keyGroup, key, value);
          });
      while (next[0] < unkeyed.size()) {
        give(unkeyed.get(next[0]++), consumer);
      }
    };
  }

  private static void give(Row row, SnapshotReader.RowConsumer consumer) throws Exception {
    consumer.accept(row.table(), row.keyGroup(), row.key().clone(), row.value().clone());
  }

  private synchronized List<Row> rows() throws Exception {
    if (rows == null) {
      List<Row> read = new ArrayList<>();
      for (List<SnapshotObject> chain : chains) {
        if (chain.stream().anyMatch(object -> object.unkeyedRows() > 0)) {
          new SnapshotChains(storage, List.of(new SnapshotChains.Chain(chain, true)), NO_KEYS)
              .forEach((t, group, key, value) -> read.add(new Row(t, group, key, value)));
        }
      }
      read.sort(Row.BY_ADDRESS); // stable: those of one address stay in the order of partitions
      rows = read;
    }
    return rows;
  }
}
