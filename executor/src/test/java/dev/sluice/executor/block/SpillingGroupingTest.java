package dev.sluice.executor.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.fixtures.SmallDisk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SpillingGroupingTest {
  private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
  private static final int VALUES = 50_000;

  private final MemoryStorage disk = new MemoryStorage();
  private final MemoryBudget budget = new MemoryBudget(1 << 20);
  private final BlockStore store = new BlockStore("job/", budget, disk);

  @AfterEach
  void nothingIsLeft() {
    assertThat(budget.used()).isZero();
    store.close();
    assertThat(store.spillFiles()).isZero();
    assertThat(disk.list("")).isEmpty();
  }

  @Test
  void aHugeGroupIsReadAgainAndAgainByAnyThread() throws Exception {
    Iterable<Object> values = oneGroup();
    assertThat(values).isInstanceOf(SpilledValues.class);
    Iterator<Object> givenUp = values.iterator();
    assertThat(givenUp.next()).isEqualTo("value 0");
    List<CompletableFuture<Integer>> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      readers.add(CompletableFuture.supplyAsync(() -> countInOrder(values)));
    }
    for (CompletableFuture<Integer> reader : readers) {
      assertThat(reader.get(1, TimeUnit.MINUTES)).isEqualTo(VALUES);
    }
    assertThat(givenUp.next()).isEqualTo("value 1");
  }

  @Test
  @Timeout(60)
  void filesGoWhenNobodyRefersToTheirValues() throws Exception {
    Iterable<Object> values = oneGroup();
    assertThat(store.spillFiles()).isPositive();
    Iterator<Object> iterator = values.iterator();
    values = null;
    collectGarbage();
    assertThat(iterator.next()).isEqualTo("value 0");
    assertThat(store.spillFiles()).isPositive();
    iterator = null;
    while (store.spillFiles() > 0) {
      collectGarbage();
      store.grouping(new StringCodec()).close();
    }
    assertThat(disk.list("")).isEmpty();
  }

  @SuppressWarnings("SystemGc") // the very thing to test: what the collector finds
  private static void collectGarbage() {
    System.gc();
  }

  @Test
  void valuesEndWithTheJob() throws Exception {
    Iterable<Object> values = oneGroup();
    store.close();
    assertThatThrownBy(() -> countInOrder(values)).hasMessageContaining("job has ended");
  }

  @Test
  void aGroupThatFitsIsAList() throws Exception {
    try (Grouping grouping = store.grouping(new StringCodec())) {
      for (int i = 0; i < VALUES; i++) {
        byte[] key = Integer.toString(i % 5000).getBytes(StandardCharsets.UTF_8);
        grouping.add(KeyGroups.hash(key), key, "value " + i);
      }
      assertThat(store.spillFiles()).isPositive();
      assertThat(budget.used()).isLessThan(budget.limit() * 3 / 2);
      int[] groups = {0};
      grouping.drain(
          (key, values) -> {
            groups[0]++;
            assertThat(values).isInstanceOf(List.class);
            assertThat((List<?>) values).hasSize(VALUES / 5000);
          });
      assertThat(groups[0]).isEqualTo(5000);
    }
    assertThat(store.spillFiles()).isZero();
  }

  @Test
  void aFullDiskIsAClearErrorAndLeavesNothing() {
    try (BlockStore full = new BlockStore("job/", budget, new SmallDisk(disk, 256 << 10))) {
      try (Grouping grouping = full.grouping(new StringCodec())) {
        assertThatThrownBy(
                () -> {
                  for (int i = 0; i < VALUES; i++) {
                    grouping.add(1, KEY, "value " + i);
                  }
                })
            .isInstanceOf(SpillException.class)
            .hasMessageContaining("No space left")
            .hasMessageContaining("raise the memory budget");
      }
      assertThat(disk.list("")).isEmpty();
    }
  }

  @Test
  void whatADiskChangesIsFound() throws Exception {
    for (int offset = 0; offset < 60; offset++) {
      Iterable<Object> values = oneGroup();
      String file = disk.list("").get(disk.list("").size() > 1 ? 1 : 0);
      byte[] bytes = disk.bytes(file);
      bytes[offset] ^= 0x40;
      disk.put(file, bytes);
      assertThatThrownBy(() -> countInOrder(values))
          .hasRootCauseInstanceOf(SpillException.class)
          .hasMessageContaining("job/run-");
      for (String name : disk.list("")) {
        disk.delete(name);
      }
    }
  }

  @Test
  void whatIsTornIsFoundWhileMerging() throws Exception {
    for (int length = 0; length < 400; length += 7) {
      try (Grouping grouping = store.grouping(new StringCodec())) {
        for (int i = 0; i < VALUES; i++) {
          grouping.add(1, KEY, "value " + i);
        }
        String file = disk.list("").get(0);
        disk.put(file, Arrays.copyOf(disk.bytes(file), length));
        assertThatThrownBy(() -> grouping.drain((key, values) -> countInOrder(values)))
            .satisfiesAnyOf(
                e -> assertThat(e).isInstanceOf(SpillException.class),
                e -> assertThat(e).hasRootCauseInstanceOf(SpillException.class),
                e -> assertThat(e).hasCauseInstanceOf(SpillException.class));
      }
    }
  }

  @Test
  void aConsumerThatThrowsLeavesNothing() throws Exception {
    try (Grouping grouping = store.grouping(new StringCodec())) {
      grouping.add(1, KEY, "value");
      assertThatThrownBy(
              () ->
                  grouping.drain(
                      (key, values) -> {
                        throw new IllegalStateException("mine");
                      }))
          .hasMessage("mine");
    }
  }

  private Iterable<Object> oneGroup() throws Exception {
    List<Iterable<Object>> groups = new ArrayList<>();
    try (Grouping grouping = store.grouping(new StringCodec())) {
      for (int i = 0; i < VALUES; i++) {
        grouping.add(1, KEY, "value " + i);
      }
      grouping.drain((key, values) -> groups.add(values));
    }
    assertThat(groups).hasSize(1);
    return groups.get(0);
  }

  private static int countInOrder(Iterable<Object> values) {
    int count = 0;
    for (Object value : values) {
      assertThat(value).isEqualTo("value " + count++);
    }
    return count;
  }
}
