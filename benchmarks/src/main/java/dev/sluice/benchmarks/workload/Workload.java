package dev.sluice.benchmarks.workload;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The jobs. What each computes is said here once, and each engine's own words for it must come to
 * the same {@link Ledger}.
 */
public enum Workload {
  /** For each second, how many lines contain {@link #NEEDLE}: (empty, window, lines). */
  GREP(Kind.STREAM, 0, 100_000, 100_000, "filter, count in windows of 1 s"),

  /** For each second and word, how often it occurs: (word, window, times). */
  WORD_COUNT(Kind.STREAM, 0, 100_000, 100_000, "words in windows of 1 s, 10,000 words"),

  /** For each key and sliding window, how many lines begin with it: (key, window, lines). */
  SLIDING_60(Kind.STREAM, 1_000, 10_000, 10_000, "count in windows of 60 s every 1 s, 1,000 keys"),

  /** The same with windows of 10 minutes. */
  SLIDING_600(
      Kind.STREAM, 1_000, 10_000, 10_000, "count in windows of 600 s every 1 s, 1,000 keys"),

  /**
   * For each key and 5 s, how many lines begin with it, counted in keyed state and told by a timer
   * at the end of the 5 s: (key, window, lines).
   */
  KEYED_STATE(
      Kind.STREAM, 100_000, 100_000, 500_000, "keyed state and an event timer, 100,000 keys"),

  /**
   * For each key its sessions, ended by {@link #SESSION_GAP_MILLIS} without a line: (key, begin,
   * lines and length of the session as {@link #session} packs them).
   */
  SESSIONS(Kind.STREAM, 1_000, 10_000, 10_000, "sessions with a gap of 200 ms, 1,000 keys"),

  /**
   * For each second, how many lines have no word of a side input of {@link #SPAM_WORDS} words:
   * (empty, window, lines).
   */
  SIDE_INPUT(Kind.STREAM, 0, 100_000, 100_000, "lines without a word of a side input of 100"),

  /**
   * Two streams joined by key and second: (key, window, lines of both as {@link #joined} packs
   * them), for each key that has lines in one of them. A record is a line of either stream.
   */
  CO_GROUP(Kind.STREAM, 1_000, 10_000, 20_000, "two streams joined in windows of 1 s, 1,000 keys"),

  /**
   * For each second the {@link #TOP} most frequent words, of equally frequent ones the alphabet's
   * first: (word, window, times as {@link #ranked} packs them with the rank).
   */
  TOP(Kind.STREAM, 0, 100_000, 100_000, "top 10 of word counts in windows of 1 s"),

  /** How often each word occurs in {@link LineFiles}: (word, 0, times). */
  FILE_WORD_COUNT(Kind.FILES, 0, 100_000, 100_000, 4_000_000, "words of text files, bounded"),

  /**
   * All lines by key, and for each key how many there are and the sum of their hash codes: (key, 0,
   * both as {@link #group} packs them).
   */
  GROUP_BY_KEY(
      Kind.BOUNDED,
      100_000,
      100_000,
      500_000,
      10_000_000,
      "GroupByKey of lines of 100 bytes, bounded"),

  /**
   * How soon after its end a window's counts arrive, windows of 1 s, 50,000 lines a second: (key,
   * window from the stream's begin, lines).
   */
  LATENCY_50K(Kind.PACED, 1_000, 50_000, 50_000, "delay of panes, 1,000 keys, 50,000 records/s"),

  /** The same with 200,000 lines a second. */
  LATENCY_200K(
      Kind.PACED, 1_000, 200_000, 200_000, "delay of panes, 1,000 keys, 200,000 records/s");

  /** How a workload's input comes. */
  public enum Kind {
    /** As a stream, as fast as it is read. */
    STREAM,
    /** As a stream, paced by the clock. */
    PACED,
    /** Bounded, made while it is read. */
    BOUNDED,
    /** Bounded, from text files. */
    FILES
  }

  /** What GREP looks for. */
  public static final String NEEDLE = "qu";

  /** When a session ends. */
  public static final long SESSION_GAP_MILLIS = 200;

  /** How many words the side input has. */
  public static final int SPAM_WORDS = 100;

  /** How many words TOP names. */
  public static final int TOP_WORDS = 10;

  private static final long SEED = 7;

  private final Kind kind;
  private final int keys;
  private final int recordsPerSecond;
  private final long unit;
  private final long most;
  private final String description;

  Workload(Kind kind, int keys, int recordsPerSecond, long unit, String description) {
    this(kind, keys, recordsPerSecond, unit, Long.MAX_VALUE / 4, description);
  }

  Workload(Kind kind, int keys, int recordsPerSecond, long unit, long most, String description) {
    this.kind = kind;
    this.keys = keys;
    this.recordsPerSecond = recordsPerSecond;
    this.unit = unit;
    this.most = most;
    this.description = description;
  }

  /** The one with this label. */
  public static Workload of(String label) {
    return Arrays.stream(values())
        .filter(workload -> workload.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no workload "
                        + label
                        + "; there are "
                        + Arrays.stream(values())
                            .map(Workload::label)
                            .collect(Collectors.joining(", "))));
  }

  /** How it is named on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How its input comes. */
  public Kind kind() {
    return kind;
  }

  /** What it does, in a few words. */
  public String description() {
    return description;
  }

  /** Its length of a tumbling window; of the period if windows slide. */
  public long windowMillis() {
    return this == KEYED_STATE ? 5_000 : 1_000;
  }

  /** The length of its sliding windows. */
  public long slidingMillis() {
    return this == SLIDING_600 ? 600_000 : 60_000;
  }

  /** What the number of its records has to be a multiple of, so that windows are whole. */
  public long unit() {
    return unit;
  }

  /** The multiple of {@link #unit} that is nearest to so many records, within what is allowed. */
  public long round(double records) {
    long units = Math.max(1, Math.round(records / unit));
    return Math.min(units * unit, most);
  }

  /**
   * Its input.
   *
   * @param records how many records in all; if there are two streams, each has half of them
   */
  public LineStream stream(long records) {
    return new LineStream(
        SEED, keys, LineStream.BEGIN, this == CO_GROUP ? records / 2 : records, recordsPerSecond);
  }

  /** The words of the side input. */
  public static List<String> spam() {
    return java.util.stream.IntStream.range(0, SPAM_WORDS).mapToObj(Lines::word).toList();
  }

  /** What a session says. */
  public static long session(long lines, long lengthMillis) {
    return lines << 32 | lengthMillis;
  }

  /** What two joined groups say: how many lines each has, and which. */
  public static long joined(long left, long leftHashes, long right, long rightHashes) {
    return Ledger.hash("", left << 32 | right, leftHashes * 31 + rightHashes);
  }

  /** What the TOP says of a word; ranks begin with 0. */
  public static long ranked(int rank, long times) {
    return times << 8 | rank;
  }

  /** What a group says. */
  public static long group(long lines, long hashes) {
    return lines << 40 ^ hashes;
  }
}
