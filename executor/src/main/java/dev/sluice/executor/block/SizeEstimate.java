package dev.sluice.executor.block;

import java.io.IOException;
import java.io.OutputStream;

/**
 * How many bytes of heap a record of an edge takes, learnt by encoding some of them into a counter:
 * the first ones all, then fewer and fewer, and large ones more often than small ones.
 *
 * <p>Shared by the writers of an edge without any lock: what a race loses is a sample. It
 * influences when a block spills, never what is in it.
 */
public final class SizeEstimate {
  /** Writes records, as {@link dev.sluice.executor.api.RecordCodec#encode} does. */
  @FunctionalInterface
  public interface Encoding {
    /** Writes one record. */
    void encode(Object record, OutputStream out) throws IOException;
  }

  /**
   * What a record of an edge costs besides its bytes: the objects around a value (a front end wraps
   * it with its key, time and windows), their headers, and references.
   */
  static final int RECORD_OVERHEAD = 160;

  /** What a value in a group costs besides its bytes. */
  static final int VALUE_OVERHEAD = 64;

  private static final int FIRST_SAMPLES = 16;
  private static final int MIN_INTERVAL = 16;
  private static final int MEMORY_OF_AVERAGE = 64;

  private final int maxInterval;
  private final int overhead;
  private int samples;
  private int interval = 1;
  private int untilSample = 1;
  private double encodedBytes = 64;

  private SizeEstimate(int maxInterval, int overhead) {
    this.maxInterval = maxInterval;
    this.overhead = overhead;
  }

  /** Of the records of an edge, which mostly go soon. */
  static SizeEstimate ofRecords() {
    return new SizeEstimate(1024, RECORD_OVERHEAD);
  }

  /** Of what a source reads, of which only a figure for people is wanted. */
  public static SizeEstimate ofSource() {
    return new SizeEstimate(4096, 0);
  }

  /** Of the values of groups, which stay for long, so that their sizes are looked at more often. */
  static SizeEstimate ofGroupedValues() {
    return new SizeEstimate(64, VALUE_OVERHEAD);
  }

  /** Bytes of heap for one record: its encoding twice, for a boxed heap is wider than bytes are. */
  long bytesPerRecord() {
    return overhead + 2 * (long) encodedBytes;
  }

  /** Bytes of the encoding of a record, on average. */
  public double encodedBytes() {
    return encodedBytes;
  }

  /** After how many records a sample is due. */
  public int untilSample() {
    return untilSample;
  }

  /** Says how many records the writer of a block that ends would still have let pass. */
  void leave(int left) {
    untilSample = Math.max(1, left);
  }

  /**
   * Takes a sample. A record that cannot be encoded says so where it has to be encoded, not here.
   */
  public void sample(Encoding encoding, Object record) {
    Counter counter = new Counter();
    try {
      encoding.encode(record, counter);
    } catch (IOException | RuntimeException e) {
      // counts with what it wrote so far; this is also the way out of an endless record
    }
    samples = Math.min(samples + 1, MEMORY_OF_AVERAGE);
    encodedBytes += (counter.count - encodedBytes) / samples;
    if (samples >= FIRST_SAMPLES) {
      int most = (int) (maxInterval * 1024L / (1024 + (long) encodedBytes));
      interval = Math.min(interval * 2, Math.max(MIN_INTERVAL, most));
    }
    untilSample = interval;
  }

  /** Counts bytes, and gives up when it has seen enough. */
  private static final class Counter extends OutputStream {
    private static final long ENOUGH = 16 << 20;

    long count;

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
