package dev.sluice.executor.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.state.SnapshotChains.Chain;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SnapshotPropertiesTest {
  private static final int MAX_PARALLELISM = 16;

  /**
   * A change of a row.
   *
   * @param snapshot with which snapshot it is written
   */
  record Change(int snapshot, int table, int keyGroup, int key, int value) {
    static Change of(int number) {
      int rest = number;
      int snapshot = rest % 4;
      rest /= 4;
      int table = rest % 3;
      rest /= 3;
      int keyGroup = rest % (MAX_PARALLELISM + 1) - 1;
      rest /= MAX_PARALLELISM + 1;
      return new Change(snapshot, table, keyGroup, rest % 3, rest / 3 % 5);
    }

    String address() {
      return "table" + table + "/" + (char) ('a' + keyGroup + 1) + "/" + key;
    }

    boolean deletes() {
      return value == 0;
    }
  }

  /** All rows are found again by whoever owns their key groups, in order, whoever wrote them. */
  @Property(tries = 200)
  void rowsComeBackForAnyNumberOfPartitions(
      @ForAll @Size(max = 200) List<@IntRange(max = 3059) Integer> numbers,
      @ForAll @IntRange(min = 1, max = 5) int before,
      @ForAll @IntRange(min = 1, max = 5) int after)
      throws Exception {
    List<Change> changes = numbers.stream().map(Change::of).toList();
    MemoryStorage storage = new MemoryStorage();
    List<List<SnapshotObject>> chains = new ArrayList<>();
    TreeMap<String, String> expected = new TreeMap<>();
    for (int partition = 0; partition < before; partition++) {
      chains.add(new ArrayList<>());
      for (int snapshot = 0; snapshot < 4; snapshot++) {
        chains.get(partition).add(write(storage, changes, snapshot, partition, before, expected));
      }
    }
    TreeMap<String, String> found = new TreeMap<>();
    for (int partition = 0; partition < after; partition++) {
      KeyGroupRange range = KeyGroupRange.ofPartition(partition, after, MAX_PARALLELISM);
      List<Chain> sources = new ArrayList<>();
      for (int i = 0; i < before; i++) {
        sources.add(new Chain(chains.get(i), i == partition && before == after));
      }
      SnapshotChains reader = new SnapshotChains(storage, sources, range);
      for (int time = 0; time < 2; time++) {
        List<String> addresses = new ArrayList<>();
        reader.forEach(
            (table, keyGroup, key, value) -> {
              String address = table + "/" + (char) ('a' + keyGroup + 1) + "/" + key[0];
              addresses.add(address);
              found.put(address, new String(value, StandardCharsets.UTF_8));
            });
        assertThat(addresses).isSorted().doesNotHaveDuplicates();
      }
    }
    if (before != after) {
      expected.keySet().removeIf(address -> address.contains("/a/"));
    }
    assertThat(found).isEqualTo(expected);
  }

  private static SnapshotObject write(
      MemoryStorage storage,
      List<Change> changes,
      int snapshot,
      int partition,
      int partitions,
      TreeMap<String, String> expected)
      throws Exception {
    SnapshotRows rows = new SnapshotRows();
    for (Change change : changes) {
      int owner =
          change.keyGroup() < 0
              ? 0
              : KeyGroups.partitionOf(change.keyGroup(), partitions, MAX_PARALLELISM);
      if (change.snapshot() != snapshot || owner != partition) {
        continue;
      }
      byte[] key = {(byte) change.key()};
      if (change.deletes()) {
        rows.delete("table" + change.table(), change.keyGroup(), key);
        expected.remove(change.address());
      } else {
        String value = snapshot + " " + change.value();
        rows.put(
            "table" + change.table(),
            change.keyGroup(),
            key,
            value.getBytes(StandardCharsets.UTF_8));
        expected.put(change.address(), value);
      }
    }
    String name = "p" + partition + "-" + snapshot;
    String parent = snapshot == 0 ? null : "p" + partition + "-" + (snapshot - 1);
    SnapshotHeader header =
        new SnapshotHeader(
            KeyGroups.HASH_NAME, MAX_PARALLELISM, "job", "id", 1, 5, "stage", partition, parent);
    SnapshotObject object = SnapshotObjectWriter.write(storage, name, header, rows);
    assertThat(SnapshotObjectCheck.check(storage, object)).isEqualTo(header);
    return object;
  }

  @Property
  void aRangeIsWhatKeyGroupsSay(
      @ForAll @IntRange(min = 1, max = 300) int maxParallelism,
      @ForAll @IntRange(min = 1, max = 300) int wanted) {
    int partitions = Math.min(wanted, maxParallelism);
    for (int partition = 0; partition < partitions; partition++) {
      KeyGroupRange range = KeyGroupRange.ofPartition(partition, partitions, maxParallelism);
      for (int group = 0; group < maxParallelism; group++) {
        assertThat(range.contains(group))
            .isEqualTo(KeyGroups.partitionOf(group, partitions, maxParallelism) == partition);
      }
    }
  }
}
