package dev.sluice.benchmarks.loop;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/** Counts by word. For one thread. */
final class Tally {
  private final Map<String, Count> counts = new HashMap<>();

  /** A number in place. */
  private static final class Count {
    long value;
  }

  void add(String word) {
    add(word, 1);
  }

  void add(String word, long times) {
    counts.computeIfAbsent(word, any -> new Count()).value += times;
  }

  /** Counts all words of a line. */
  void addWords(String line) {
    int start = 0;
    for (int space = line.indexOf(' '); space >= 0; space = line.indexOf(' ', start)) {
      add(line.substring(start, space));
      start = space + 1;
    }
    add(line.substring(start));
  }

  void addAll(Tally other) {
    other.forEach(this::add);
  }

  /** Takes away what was added before; words that are left with nothing are forgotten. */
  void removeAll(Tally other) {
    other.forEach((word, times) -> add(word, -times));
    counts.values().removeIf(count -> count.value == 0);
  }

  void forEach(ObjLongConsumer<String> consumer) {
    counts.forEach((word, count) -> consumer.accept(word, count.value));
  }
}
