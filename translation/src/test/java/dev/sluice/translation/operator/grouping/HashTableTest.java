package dev.sluice.translation.operator.grouping;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HashTableTest {
  private static final class Numbered extends HashTable.Entry {
    private final int number;

    Numbered(Object identity, int hash, int number) {
      super(identity, hash);
      this.number = number;
    }
  }

  /** With fewer hashes than keys, the worst of them all the same. */
  @Property(tries = 300)
  void findsWhatAHashMapFinds(
      @ForAll @Size(max = 400) List<@IntRange(min = 0, max = 500) Integer> keys,
      @ForAll @IntRange(min = 1, max = 501) int hashes) {
    HashTable<Numbered> table = new HashTable<>();
    Map<Integer, Integer> map = new HashMap<>();
    for (Integer key : keys) {
      int hash = key % hashes;
      Numbered found = table.find(key, hash);
      assertThat(found == null ? null : found.number).isEqualTo(map.get(key));
      if (found == null) {
        map.put(key, map.size());
        table.add(new Numbered(key, hash, table.size()));
      }
      assertThat(table.size()).isEqualTo(map.size());
    }
    Map<Object, Integer> all = new HashMap<>();
    table.forEach(entry -> assertThat(all.put(entry.identity(), entry.number)).isNull());
    assertThat(all).isEqualTo(map);
  }

  @Test
  void aKeyMayBeNull() {
    HashTable<Numbered> table = new HashTable<>();
    assertThat(table.find(null, HashTable.hashOf(null))).isNull();
    table.add(new Numbered(null, HashTable.hashOf(null), 1));
    assertThat(table.find(null, HashTable.hashOf(null)).number).isEqualTo(1);
    assertThat(table.find(0, HashTable.hashOf(0))).isNull();
  }

  @Test
  void isEmptyWhenItIsCleared() {
    HashTable<Numbered> table = new HashTable<>(5);
    for (int size : new int[] {3, 100, 5_000}) {
      for (int i = 0; i < size; i++) {
        table.add(new Numbered("key " + i, i & 3, i));
      }
      table.clear();
      assertThat(table.size()).isZero();
      assertThat(table.find("key 1", 1)).isNull();
      List<Numbered> left = new ArrayList<>();
      table.forEach(left::add);
      assertThat(left).isEmpty();
    }
  }
}
