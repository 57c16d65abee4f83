package dev.sluice.benchmarks.workload;

import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How results of a stream that follows the clock are counted: the delays of windows that end within
 * a span, which leaves out those at the beginning, when the JVM is still compiling, and the last
 * one, which the end of the stream closes.
 *
 * @param streamBegin where the stream begins, in milliseconds since 1970
 * @param from the first window's end that counts
 * @param to the first one that counts no more
 */
public record Pace(long streamBegin, long from, long to) implements Serializable {
  private static final long serialVersionUID = 1;

  /** Counts a result that has just arrived. */
  public void arrived(Ledger ledger, String key, long windowBegin, long windowEnd, long count) {
    ledger.add(key, windowBegin - streamBegin, count);
    if (from <= windowEnd && windowEnd < to) {
      ledger.delay(ChronoUnit.MICROS.between(Instant.ofEpochMilli(windowEnd), Instant.now()));
    }
  }
}
