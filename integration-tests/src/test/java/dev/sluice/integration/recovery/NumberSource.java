package dev.sluice.integration.recovery;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * The numbers from 0 up to a bound, each a millisecond of event time after the one before, a few
 * thousand a second so that there is time to be killed. Resumes from a mark.
 *
 * @param count how many numbers
 * @param perSecond how many of each split are there per second
 */
public final class NumberSource extends UnboundedSource<Long, NumberSource.Mark> {
  private static final int SPLITS = 2;

  private final long count;
  private final long perSecond;
  private final int split;

  public NumberSource(long count, long perSecond) {
    this(count, perSecond, -1);
  }

  private NumberSource(long count, long perSecond, int split) {
    this.count = count;
    this.perSecond = perSecond;
    this.split = split;
  }

  /** How many numbers of the split have been read. */
  record Mark(long read) implements CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  @Override
  public List<NumberSource> split(int desired, PipelineOptions options) {
    return IntStream.range(0, SPLITS)
        .mapToObj(each -> new NumberSource(count, perSecond, each))
        .toList();
  }

  @Override
  public UnboundedReader<Long> createReader(PipelineOptions options, Mark mark) {
    return new Reader(mark == null ? 0 : mark.read());
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return SerializableCoder.of(Mark.class);
  }

  @Override
  public Coder<Long> getOutputCoder() {
    return VarLongCoder.of();
  }

  private final class Reader extends UnboundedReader<Long> {
    private final long firstRead;
    private final long started = System.nanoTime();
    private long read;

    Reader(long read) {
      this.firstRead = read;
      this.read = read;
    }

    private long number(long index) {
      return index * SPLITS + split;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      double seconds = (System.nanoTime() - started) / 1e9;
      if (number(read) >= count || read - firstRead > seconds * perSecond) {
        return false;
      }
      read++;
      return true;
    }

    @Override
    public Long getCurrent() {
      return number(read - 1);
    }

    @Override
    public Instant getCurrentTimestamp() {
      return new Instant(getCurrent());
    }

    @Override
    public Instant getWatermark() {
      return number(read) >= count ? BoundedWindow.TIMESTAMP_MAX_VALUE : new Instant(number(read));
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      return new Mark(read);
    }

    @Override
    public UnboundedSource<Long, ?> getCurrentSource() {
      return NumberSource.this;
    }

    @Override
    public void close() {}
  }
}
