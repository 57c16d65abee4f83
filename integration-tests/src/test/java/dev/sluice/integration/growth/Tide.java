package dev.sluice.integration.growth;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * Numbers from 0 in even steps of event time, as far as the test lets them come: its clock is the
 * test's. The watermark follows at once. One at a time in a JVM.
 */
final class Tide extends UnboundedSource<Long, Tide.Mark> {
  private static final long serialVersionUID = 1;

  private static final AtomicLong REACHED = new AtomicLong();

  private final long stepMillis;

  /** Stands at 0. */
  Tide(long stepMillis) {
    this.stepMillis = stepMillis;
    REACHED.set(0);
  }

  /** Everything before {@code millis} may come, and the watermark may go there. */
  static void riseTo(long millis) {
    REACHED.set(millis);
  }

  /** Nothing more comes: the end of time. */
  static void end() {
    REACHED.set(BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis());
  }

  private static boolean hasEnded() {
    return REACHED.get() == BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();
  }

  /** Where a reader is. */
  record Mark(long next) implements CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  @Override
  public List<Tide> split(int desired, PipelineOptions options) {
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
    return new Reader(mark == null ? 0 : mark.next());
  }

  private final class Reader extends UnboundedReader<Long> {
    private long next;

    Reader(long next) {
      this.next = next;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      if (hasEnded() || next * stepMillis >= REACHED.get()) {
        return false;
      }
      next++;
      return true;
    }

    @Override
    public Long getCurrent() {
      return next - 1;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return new Instant((next - 1) * stepMillis);
    }

    @Override
    public Instant getWatermark() {
      // read once: the next record is at or after it whatever the test does meanwhile
      long reached = REACHED.get();
      return hasEnded() ? BoundedWindow.TIMESTAMP_MAX_VALUE : new Instant(least(reached));
    }

    private long least(long reached) {
      return Math.min(reached, next * stepMillis);
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      return new Mark(next);
    }

    @Override
    public void close() {}

    @Override
    public UnboundedSource<Long, ?> getCurrentSource() {
      return Tide.this;
    }
  }
}
