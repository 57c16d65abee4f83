package dev.sluice.benchmarks.workload;

import java.io.Serializable;

/**
 * A stream of lines in event time: what it is depends on its fields alone and not on how fast, or
 * in how many parts, it is read.
 *
 * @param seed what makes its lines different from another stream's
 * @param keys how many different words lines begin with; 0 for the words of the vocabulary
 * @param begin the event time of the first line, in milliseconds since 1970: a whole second
 * @param records how many lines there are
 * @param recordsPerSecond how many of them lie in one second of event time
 */
public record LineStream(long seed, int keys, long begin, long records, int recordsPerSecond)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Where streams begin that do not follow the clock: a whole hour. */
  public static final long BEGIN = 1_699_999_200_000L;

  /** One that makes its lines. */
  public Lines lines() {
    return new Lines(seed, keys);
  }

  /** The event time of a line, in milliseconds since 1970; never less than that of one before. */
  public long timestamp(long index) {
    return begin + index * 1000 / recordsPerSecond;
  }

  /** The end of the window that its last line lies in, in milliseconds since 1970. */
  public long end() {
    return begin + records * 1000 / recordsPerSecond;
  }

  /** The same lines from another time on. */
  public LineStream beginningAt(long millis) {
    return new LineStream(seed, keys, millis, records, recordsPerSecond);
  }

  /** The second stream of a join: as this one with other lines. */
  public LineStream other() {
    return new LineStream(seed + 1, keys, begin, records, recordsPerSecond);
  }
}
