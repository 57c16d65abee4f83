package dev.sluice.executor.block;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.common.FileStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups several times as many bytes as the heap has, over many keys and for a single one, and
 * iterates each group twice. Run by {@link LargeGroupsTest} in a JVM of its own; by hand with
 * {@code -Xmx512m} and 2048.
 */
final class LargeGroups {
  private static final int VALUE = 100;

  private LargeGroups() {}

  /**
   * Arguments: a directory, how many megabytes of values to group, which part of the heap is the
   * budget.
   */
  public static void main(String[] arguments) throws Exception {
    long values = Long.parseLong(arguments[1]) * (1 << 20) / VALUE;
    long limit = Runtime.getRuntime().maxMemory() / Long.parseLong(arguments[2]);
    for (int keys : new int[] {1, 100_000}) {
      FileStorage disk = new FileStorage(Path.of(arguments[0]));
      MemoryBudget budget = new MemoryBudget(limit);
      try (BlockStore store = new BlockStore("large/", budget, disk)) {
        group(store, keys, values);
        expect(budget.used() == 0, "memory is left reserved");
      }
      expect(disk.list("").isEmpty(), "files are left");
    }
  }

  private static void group(BlockStore store, int keys, long values) throws Exception {
    List<Iterable<Object>> last = new ArrayList<>();
    long[] found = new long[2];
    try (Grouping grouping = store.grouping(new BytesCodec())) {
      for (long i = 0; i < values; i++) {
        byte[] key = ByteBuffer.allocate(4).putInt((int) (i % keys)).array();
        grouping.add(KeyGroups.hash(key), key, ByteBuffer.allocate(VALUE).putLong(0, i).array());
      }
      expect(store.spillFiles() > 0, "nothing spilled");
      grouping.drain(
          (key, group) -> {
            found[0]++;
            long first = ByteBuffer.wrap(key).getInt();
            found[1] += count(group, first, keys);
            expect(count(group, first, keys) > 0, "a second iteration gave nothing");
            last.clear();
            last.add(group);
          });
    }
    expect(found[0] == keys, "groups: " + found[0]);
    expect(found[1] == values, "values: " + found[1]);
    byte[] oneOfLast = (byte[]) last.get(0).iterator().next();
    expect(
        count(last.get(0), ByteBuffer.wrap(oneOfLast).getLong(), keys) > 0, "gone after the end");
    System.out.println(keys + " keys, " + values + " values: as expected");
  }

  private static long count(Iterable<Object> group, long first, int step) {
    long expected = first;
    long count = 0;
    for (Object value : group) {
      expect(ByteBuffer.wrap((byte[]) value).getLong() == expected, "values are out of order");
      expected += step;
      count++;
    }
    return count;
  }

  private static void expect(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
