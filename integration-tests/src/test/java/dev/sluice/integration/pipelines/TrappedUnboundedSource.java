package dev.sluice.integration.pipelines;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * Numbers from 0, a millisecond of event time apart, and then the end of time; throws where its
 * {@link Trap} is.
 */
public final class TrappedUnboundedSource
    extends UnboundedSource<Integer, TrappedUnboundedSource.Mark> {
  private static final long serialVersionUID = 1;
  private static final AtomicInteger OPEN = new AtomicInteger();

  private final int count;
  private final Trap trap;

  /** So many numbers. */
  public TrappedUnboundedSource(int count, Trap trap) {
    this.count = count;
    this.trap = trap;
  }

  /** How many readers are open in this JVM. */
  public static int open() {
    return OPEN.get();
  }

  /** Where a reader is. */
  public static final class Mark implements CheckpointMark, Serializable {
    private static final long serialVersionUID = 1;
    private final int next;
    private final Trap trap;

    Mark(int next, Trap trap) {
      this.next = next;
      this.trap = trap;
    }

    @Override
    public void finalizeCheckpoint() throws IOException {
      trap.at("finalizeCheckpoint");
    }
  }

  @Override
  public List<TrappedUnboundedSource> split(int desired, PipelineOptions options) {
    trap.at("split");
    return List.of(this);
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return SerializableCoder.of(Mark.class);
  }

  @Override
  public Coder<Integer> getOutputCoder() {
    return VarIntCoder.of();
  }

  @Override
  public UnboundedReader<Integer> createReader(PipelineOptions options, Mark mark) {
    trap.at("createReader");
    OPEN.incrementAndGet();
    return new Reader(mark == null ? -1 : mark.next - 1);
  }

  private final class Reader extends UnboundedReader<Integer> {
    private int current;
    private boolean ended;

    Reader(int current) {
      this.current = current;
    }

    @Override
    public boolean start() {
      trap.at("start");
      return next();
    }

    @Override
    public boolean advance() {
      trap.at("advance");
      return next();
    }

    private boolean next() {
      ended = current + 1 >= count;
      current = ended ? current : current + 1;
      return !ended;
    }

    @Override
    public Integer getCurrent() {
      trap.at("getCurrent");
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return new Instant(current);
    }

    @Override
    public Instant getWatermark() {
      trap.at("getWatermark");
      return ended ? BoundedWindow.TIMESTAMP_MAX_VALUE : new Instant(current);
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      trap.at("getCheckpointMark");
      return new Mark(current + 1, trap);
    }

    @Override
    public void close() {
      OPEN.decrementAndGet();
      trap.at("close");
    }

    @Override
    public UnboundedSource<Integer, ?> getCurrentSource() {
      return TrappedUnboundedSource.this;
    }
  }
}
