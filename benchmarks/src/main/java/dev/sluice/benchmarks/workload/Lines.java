package dev.sluice.benchmarks.workload;

/**
 * Makes lines of 100 letters: 13 words of 10,000, each as likely as any other, the first one from a
 * set of its own where a workload needs so many keys. A line depends on its number and nothing
 * else. For one thread.
 */
public final class Lines {
  /** The length of every line. */
  public static final int LENGTH = 100;

  /** How many words are in a line. */
  public static final int WORDS_PER_LINE = 13;

  /** The length of a line's first word. */
  public static final int KEY_LENGTH = 7;

  /** How many different words the lines are made of. */
  public static final int VOCABULARY = 10_000;

  private static final int LONG_PER_LINE = 10;

  /** As many of each length as makes all words of the vocabulary equally frequent. */
  private static final int LONG_WORDS = VOCABULARY * LONG_PER_LINE / WORDS_PER_LINE;

  private static final Words LONG = Words.of(LONG_WORDS, KEY_LENGTH);
  private static final Words SHORT = Words.of(VOCABULARY - LONG_WORDS, KEY_LENGTH - 1);

  private final long seed;
  private final Words first;
  private final StringBuilder line = new StringBuilder(LENGTH);

  /**
   * @param seed what makes these lines different from others
   * @param keys how many different words lines begin with; 0 for the words of the vocabulary
   */
  public Lines(long seed, int keys) {
    this.seed = Mix.mix(seed);
    this.first = keys == 0 ? LONG : Words.of(keys, KEY_LENGTH);
  }

  /** A word that many lines have; numbers below 7,692. */
  public static String word(int id) {
    return LONG.get(id);
  }

  /** The first word of a line. */
  public static String key(String line) {
    return line.substring(0, KEY_LENGTH);
  }

  /** The line with this number. */
  public String line(long index) {
    long random = Mix.mix(seed ^ index);
    line.setLength(0);
    line.append(first.choose(random));
    for (int i = 1; i < WORDS_PER_LINE; i++) {
      random = Mix.next(random);
      line.append(' ').append((i < LONG_PER_LINE ? LONG : SHORT).choose(random >>> 32));
    }
    return line.toString();
  }
}
