package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.LineStream;
import dev.sluice.benchmarks.workload.Lines;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.OffsetBasedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Instant;

/** A {@link LineStream} as a bounded source. */
final class LineRange extends OffsetBasedSource<String> {
  private static final long serialVersionUID = 1;

  private final LineStream stream;

  LineRange(LineStream stream) {
    this(stream, 0, stream.records());
  }

  private LineRange(LineStream stream, long from, long to) {
    super(from, to, 1);
    this.stream = stream;
  }

  @Override
  public long getBytesPerOffset() {
    return Lines.LENGTH;
  }

  @Override
  public long getMaxEndOffset(PipelineOptions options) {
    return stream.records();
  }

  @Override
  public OffsetBasedSource<String> createSourceForSubrange(long start, long end) {
    return new LineRange(stream, start, end);
  }

  @Override
  public BoundedReader<String> createReader(PipelineOptions options) {
    return new Reader(this);
  }

  @Override
  public Coder<String> getOutputCoder() {
    return StringUtf8Coder.of();
  }

  private static final class Reader extends OffsetBasedReader<String> {
    private final LineStream stream;
    private final Lines lines;
    private long index;
    private String current;

    Reader(LineRange source) {
      super(source);
      this.stream = source.stream;
      this.lines = stream.lines();
      this.index = source.getStartOffset() - 1;
    }

    @Override
    protected boolean startImpl() {
      return advanceImpl();
    }

    @Override
    protected boolean advanceImpl() {
      index++;
      if (index >= stream.records()) {
        return false;
      }
      current = lines.line(index);
      return true;
    }

    @Override
    protected long getCurrentOffset() {
      return index;
    }

    @Override
    public String getCurrent() {
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Instant.ofEpochMilli(stream.timestamp(index));
    }

    @Override
    public void close() {}
  }
}
