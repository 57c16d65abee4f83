package dev.sluice.translation.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.translation.operator.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Does what a {@code HashMap} does, also where hashes collide or lie next to each other. */
class KeyTableTest {
  private static final class Numbered extends KeyTable.Entry {
    Numbered(Key key) {
      super(key);
    }
  }

  @Property(tries = 300)
  void livesAsAHashMap(
      @ForAll @Size(max = 400) List<@IntRange(min = 0, max = 400) Integer> acts,
      @ForAll @IntRange(min = 1, max = 400) int hashes) {
    KeyTable<Numbered> table = new KeyTable<>();
    Map<Key, Numbered> model = new HashMap<>();
    for (int act : acts) {
      Key key = key(act, act % hashes);
      Numbered present = model.remove(key);
      assertThat(table.find(key)).isSameAs(present);
      if (present == null) {
        Numbered added = new Numbered(key);
        table.add(added);
        model.put(key, added);
      } else {
        table.remove(present);
      }
    }
    same(table, model);
  }

  @Test
  void moreKeysOfOneHashThanHavePlacesNearby() {
    KeyTable<Numbered> table = new KeyTable<>();
    Map<Key, Numbered> model = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      Numbered added = new Numbered(key(i, i % 2));
      table.add(added);
      model.put(added.key, added);
    }
    same(table, model);
    for (int i = 0; i < 1_000; i += 3) {
      table.remove(model.remove(key(i, i % 2)));
    }
    same(table, model);
  }

  @Test
  void itShrinksWhenAlmostAllAreGone() {
    KeyTable<Numbered> table = new KeyTable<>();
    Map<Key, Numbered> model = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      Numbered added = new Numbered(key(i, i * 31));
      table.add(added);
      model.put(added.key, added);
    }
    for (int i = 0; i < 99_990; i++) {
      table.remove(model.remove(key(i, i * 31)));
    }
    same(table, model);
  }

  @Test
  void whatIsNotThereCannotBeRemoved() {
    KeyTable<Numbered> table = new KeyTable<>();
    assertThatThrownBy(() -> table.remove(new Numbered(key(1, 1))))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void same(KeyTable<Numbered> table, Map<Key, Numbered> model) {
    assertThat(table.size()).isEqualTo(model.size());
    assertThat(table.isEmpty()).isEqualTo(model.isEmpty());
    List<Numbered> all = new ArrayList<>();
    table.forEach(all::add);
    assertThat(all).containsExactlyInAnyOrderElementsOf(model.values());
    model.forEach((key, entry) -> assertThat(table.find(key)).isSameAs(entry));
  }

  private static Key key(int number, int hash) {
    return Key.of(new byte[] {(byte) number, (byte) (number >> 8), (byte) (number >> 16)}, hash);
  }
}
