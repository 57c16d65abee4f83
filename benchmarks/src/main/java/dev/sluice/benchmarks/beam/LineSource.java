package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.LineStream;
import dev.sluice.benchmarks.workload.Lines;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/** A {@link LineStream} as an unbounded source; each split takes every n-th line. */
final class LineSource extends UnboundedSource<String, LineSource.Mark> {
  private static final long serialVersionUID = 1;

  private final LineStream stream;
  private final boolean paced;
  private final long first;
  private final int step;

  /** All lines; {@code paced}: none before the clock has reached its time. */
  LineSource(LineStream stream, boolean paced) {
    this(stream, paced, 0, 1);
  }

  private LineSource(LineStream stream, boolean paced, long first, int step) {
    this.stream = stream;
    this.paced = paced;
    this.first = first;
    this.step = step;
  }

  /** Where a reader is. */
  record Mark(long next) implements CheckpointMark, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public void finalizeCheckpoint() {}
  }

  @Override
  public List<LineSource> split(int desired, PipelineOptions options) {
    List<LineSource> splits = new ArrayList<>();
    for (int i = 0; i < desired; i++) {
      splits.add(new LineSource(stream, paced, i, desired));
    }
    return splits;
  }

  @Override
  public UnboundedReader<String> createReader(PipelineOptions options, Mark mark) {
    return new Reader(this, mark == null ? first : mark.next());
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return SerializableCoder.of(Mark.class);
  }

  @Override
  public Coder<String> getOutputCoder() {
    return StringUtf8Coder.of();
  }

  /**
   * Its watermark is the time of the line that comes next, but of a paced stream never ahead of the
   * clock: a window does not end before its time has come, although all its lines may be there.
   */
  private static final class Reader extends UnboundedReader<String> {
    private final LineSource source;
    private final LineStream stream;
    private final Lines lines;
    private long next;
    private String current;
    private long currentTime;

    Reader(LineSource source, long next) {
      this.source = source;
      this.stream = source.stream;
      this.lines = stream.lines();
      this.next = next;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      if (next >= stream.records()) {
        return false;
      }
      long time = stream.timestamp(next);
      if (source.paced && time > System.currentTimeMillis()) {
        return false;
      }
      current = lines.line(next);
      currentTime = time;
      next += source.step;
      return true;
    }

    @Override
    public String getCurrent() {
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Instant.ofEpochMilli(currentTime);
    }

    @Override
    public Instant getWatermark() {
      if (next >= stream.records()) {
        return BoundedWindow.TIMESTAMP_MAX_VALUE;
      }
      long time = stream.timestamp(next);
      return Instant.ofEpochMilli(source.paced ? Math.min(time, System.currentTimeMillis()) : time);
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      return new Mark(next);
    }

    @Override
    public UnboundedSource<String, ?> getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
