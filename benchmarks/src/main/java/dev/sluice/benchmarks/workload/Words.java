package dev.sluice.benchmarks.workload;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Words of one length that look like chance, have no two alike, and are the same in every process.
 */
final class Words {
  private static final int LETTERS = 26;

  /** Has no common divisor with any power of 26, so that no two numbers become the same word. */
  private static final long STRIDE = 2_654_435_761L;

  private static final ConcurrentMap<Shape, Words> MADE = new ConcurrentHashMap<>();

  private final String[] words;

  /** How many, and of how many letters. */
  private record Shape(int count, int length) {}

  private Words(String[] words) {
    this.words = words;
  }

  /** So many words of so many letters. */
  static Words of(int count, int length) {
    return MADE.computeIfAbsent(new Shape(count, length), any -> make(count, length));
  }

  private static Words make(int count, int length) {
    long space = 1;
    for (int i = 0; i < length; i++) {
      space *= LETTERS;
    }
    String[] words = new String[count];
    for (int id = 0; id < count; id++) {
      long rest = Math.floorMod((id + 1) * STRIDE, space);
      StringBuilder word = new StringBuilder(length);
      for (int i = 0; i < length; i++) {
        word.append((char) ('a' + rest % LETTERS));
        rest /= LETTERS;
      }
      words[id] = word.toString();
    }
    return new Words(words);
  }

  /** The word that a number of 32 random bits chooses. */
  String choose(long random) {
    return words[(int) (((random & 0xffff_ffffL) * words.length) >>> 32)];
  }

  String get(int id) {
    return words[id];
  }
}
