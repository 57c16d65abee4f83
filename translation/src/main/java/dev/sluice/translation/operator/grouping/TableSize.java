package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.OperatorContext;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.Coder;

/**
 * How large a table of accumulators is, by estimate: some of the keys and accumulators that
 * elements meet are encoded into a counter, the first ones all, then fewer and fewer. Counting
 * entries alone would not do, for an accumulator may be a number or a list of megabytes. One
 * thread.
 */
final class TableSize {
  /** What an entry costs besides its bytes: nodes of tables, headers, references. */
  private static final int OVERHEAD = 192;

  private static final int FIRST_SAMPLES = 16;
  private static final int MAX_INTERVAL = 1024;
  private static final int MIN_INTERVAL = 32;
  private static final int MEMORY_OF_AVERAGE = 64;

  /** About so many bytes are encoded for each element that comes, at most. */
  private static final int BYTES_PER_ELEMENT = 1024;

  /** Null if there are no keys. */
  private final Coder<Object> keyCoder;

  private final Coder<Object> accumulatorCoder;
  private final long limit;
  private int samples;
  private int interval = 1;
  private int untilSample = 1;
  private double encodedBytes;

  /**
   * Of one table among several.
   *
   * @param tables how many tables there are at a time that may grow as large as this one
   */
  TableSize(GroupDefinition group, OperatorContext context, int tables) {
    this.keyCoder = group.keyCoder();
    this.accumulatorCoder = group.reduction().accumulatorCoder();
    // a quarter of the budget for all of them: the rest is for what they are emptied into
    this.limit = context.memoryBudget() / 4 / Math.max(1, tables);
  }

  /**
   * Whether the table should be emptied; a single entry never is, for it would come back whole.
   *
   * @param entries how many entries it has
   * @param key the key of the entry that has just been made or changed
   * @param accumulator its accumulator
   */
  boolean exceeds(int entries, Object key, Object accumulator) {
    if (--untilSample <= 0) {
      sample(key, accumulator);
    }
    return entries > 1 && entries * (OVERHEAD + 2 * encodedBytes) > limit;
  }

  /** How many entries of the same size would take a part of what the table may take. */
  int entriesIn(double part) {
    return (int) Math.min(Integer.MAX_VALUE, part * limit / (OVERHEAD + 2 * encodedBytes));
  }

  /** The table has been emptied: what accumulators had grown to says nothing of the next ones. */
  void emptied() {
    samples = 0;
    interval = 1;
    untilSample = 1;
    encodedBytes = 0;
  }

  private void sample(Object key, Object accumulator) {
    Counter counter = new Counter();
    try {
      if (keyCoder != null) {
        keyCoder.encode(key, counter);
      }
      accumulatorCoder.encode(accumulator, counter);
    } catch (IOException | RuntimeException e) {
      // what cannot be encoded says so where it has to be; also the way out of a huge one
    }
    samples = Math.min(samples + 1, MEMORY_OF_AVERAGE);
    encodedBytes += (counter.count - encodedBytes) / samples;
    if (samples >= FIRST_SAMPLES) {
      int most = (int) (MAX_INTERVAL * 1024L / (1024 + (long) encodedBytes));
      interval = Math.min(interval * 2, Math.max(MIN_INTERVAL, most));
    }
    untilSample = Math.max(interval, (int) (counter.count / BYTES_PER_ELEMENT));
  }

  /** Counts bytes, and gives up when it has seen enough. */
  private static final class Counter extends OutputStream {
    private static final long ENOUGH = 16 << 20;

    private long count;

    @Override
    public void write(int b) throws IOException {
      add(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      add(length);
    }

    private void add(int length) throws IOException {
      count += length;
      if (count > ENOUGH) {
        throw new IOException("large enough");
      }
    }
  }
}
