package dev.sluice.executor.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.fixtures.MemoryStorage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class GroupingPropertiesTest {
  private final MemoryStorage disk = new MemoryStorage();

  @Property(tries = 300)
  void groupsAreThoseOfAMap(
      @ForAll @Size(max = 600) List<@IntRange(max = 40) Integer> keys,
      @ForAll @IntRange(max = 3) int budgetSize,
      @ForAll boolean sameHash,
      @ForAll @IntRange(min = 2, max = 6) int fanIn,
      @ForAll @IntRange(max = 400) int valueSize)
      throws Exception {
    MemoryBudget budget = new MemoryBudget(new long[] {0, 4_000, 30_000, 10 << 20}[budgetSize]);
    SpillTuning tuning = new SpillTuning(16, 128, 512, 500, fanIn);
    List<Iterable<Object>> kept = new ArrayList<>();
    try (BlockStore store = new BlockStore("test/", budget, disk, tuning)) {
      Map<String, List<Object>> expected = expected(keys, sameHash, valueSize);
      Map<String, List<Object>> actual = new LinkedHashMap<>();
      try (Grouping grouping = store.grouping(new StringCodec())) {
        for (int i = 0; i < keys.size(); i++) {
          byte[] key = key(keys.get(i));
          grouping.add(hash(key, sameHash), key, value(i, valueSize));
        }
        grouping.drain(
            (key, values) -> {
              kept.add(values);
              List<Object> list = new ArrayList<>();
              values.forEach(list::add);
              assertThat(actual.put(new String(key, StandardCharsets.UTF_8), list)).isNull();
            });
      }
      assertThat(new ArrayList<>(actual.entrySet()))
          .isEqualTo(new ArrayList<>(expected.entrySet()));
      assertThat(budget.used()).isZero();
      List<List<Object>> again = new ArrayList<>();
      for (Iterable<Object> values : kept) {
        List<Object> list = new ArrayList<>();
        values.forEach(list::add);
        again.add(list);
      }
      assertThat(again).isEqualTo(new ArrayList<>(expected.values()));
    }
    assertThat(disk.list("")).isEmpty();
  }

  private static Map<String, List<Object>> expected(
      List<Integer> keys, boolean sameHash, int valueSize) {
    Map<String, List<Object>> groups = new LinkedHashMap<>();
    keys.stream()
        .distinct()
        .map(GroupingPropertiesTest::key)
        .sorted(
            Comparator.comparingLong((byte[] key) -> hash(key, sameHash) & 0xffffffffL)
                .thenComparing(Arrays::compareUnsigned))
        .forEach(key -> groups.put(new String(key, StandardCharsets.UTF_8), new ArrayList<>()));
    for (int i = 0; i < keys.size(); i++) {
      groups.get(new String(key(keys.get(i)), StandardCharsets.UTF_8)).add(value(i, valueSize));
    }
    return groups;
  }

  private static byte[] key(int number) {
    return "ä".repeat(number % 3).concat("key" + number).getBytes(StandardCharsets.UTF_8);
  }

  private static int hash(byte[] key, boolean same) {
    return same ? -5 : KeyGroups.hash(key);
  }

  private static String value(int i, int size) {
    return i + "v".repeat(i % 7 == 0 ? size : 1);
  }
}
