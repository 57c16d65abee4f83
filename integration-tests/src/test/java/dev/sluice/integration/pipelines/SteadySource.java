package dev.sluice.integration.pipelines;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * Numbers from 0 in even steps of event time, as fast as they are read; the watermark follows at
 * once. What comes after the last one is chosen.
 */
public final class SteadySource extends UnboundedSource<Long, SteadySource.Mark> {
  private static final long serialVersionUID = 1;
  private static final AtomicInteger OPEN = new AtomicInteger();

  /** What comes after the last number. */
  public enum Afterwards {
    /** The end of time. */
    END,
    /** Nothing; the watermark stands. */
    STILLNESS,
    /** Nothing; the watermark moves with the wall clock, a second at a time. */
    SECONDS,
    /** Nothing; the watermark is the wall clock. */
    CLOCK
  }

  private final long count;
  private final long stepMillis;
  private final Afterwards afterwards;

  /** So many numbers, so far apart. */
  public SteadySource(long count, long stepMillis, Afterwards afterwards) {
    this.count = count;
    this.stepMillis = stepMillis;
    this.afterwards = afterwards;
  }

  /** How many readers are open in this JVM. */
  public static int open() {
    return OPEN.get();
  }

  /** Where a reader is. */
  public record Mark(long next) implements CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  @Override
  public List<SteadySource> split(int desired, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return SerializableCoder.of(Mark.class);
  }

  @Override
  public Coder<Long> getOutputCoder() {
    return VarLongCoder.of();
  }

  @Override
  public UnboundedReader<Long> createReader(PipelineOptions options, Mark mark) {
    OPEN.incrementAndGet();
    return new Reader(mark == null ? -1 : mark.next() - 1);
  }

  private final class Reader extends UnboundedReader<Long> {
    private long current;

    Reader(long current) {
      this.current = current;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      if (current + 1 >= count) {
        return false;
      }
      current++;
      return true;
    }

    @Override
    public Long getCurrent() {
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return new Instant(current * stepMillis);
    }

    @Override
    public Instant getWatermark() {
      if (current + 1 < count) {
        return new Instant(current * stepMillis);
      }
      long now = System.currentTimeMillis();
      return switch (afterwards) {
        case END -> BoundedWindow.TIMESTAMP_MAX_VALUE;
        case STILLNESS -> new Instant(current * stepMillis);
        case SECONDS -> new Instant(now - now % 1000);
        case CLOCK -> new Instant(now);
      };
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      return new Mark(current + 1);
    }

    @Override
    public void close() {
      OPEN.decrementAndGet();
    }

    @Override
    public UnboundedSource<Long, ?> getCurrentSource() {
      return SteadySource.this;
    }
  }
}
