package dev.sluice.executor.block;

import dev.sluice.executor.api.Grouping;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Groups in memory. */
final class HeldGrouping implements Grouping {
  private record Group(int hash, byte[] key, List<Object> values) {}

  private final Map<ByteBuffer, Group> groups = new HashMap<>();

  @Override
  public void add(int hash, byte[] key, Object value) {
    groups
        .computeIfAbsent(ByteBuffer.wrap(key), k -> new Group(hash, key, new ArrayList<>()))
        .values
        .add(value);
  }

  @Override
  public void drain(GroupConsumer consumer) throws Exception {
    List<Group> sorted = new ArrayList<>(groups.values());
    groups.clear();
    sorted.sort(
        Comparator.comparingLong((Group group) -> group.hash & 0xffffffffL)
            .thenComparing(Group::key, Arrays::compareUnsigned));
    for (Group group : sorted) {
      consumer.accept(group.key, Collections.unmodifiableList(group.values));
    }
  }

  @Override
  public void close() {
    groups.clear();
  }
}
