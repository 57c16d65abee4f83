package dev.sluice.integration.memory;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/** An unbounded source that has all its values there at once, and then ends. */
final class ValuesAtOnce extends UnboundedSource<byte[], ValuesAtOnce.Place> {
  private static final long serialVersionUID = 1;
  private final LargeJobs values;

  ValuesAtOnce(LargeJobs values) {
    this.values = values;
  }

  @Override
  public List<ValuesAtOnce> split(int desiredNumSplits, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<byte[]> createReader(PipelineOptions options, Place place) {
    return new Reader(this, place == null ? 0 : place.next());
  }

  @Override
  public Coder<Place> getCheckpointMarkCoder() {
    return SerializableCoder.of(Place.class);
  }

  @Override
  public Coder<byte[]> getOutputCoder() {
    return ByteArrayCoder.of();
  }

  /**
   * Where a reader goes on.
   *
   * @param next the number that it gives next
   */
  record Place(long next) implements CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  private static final class Reader extends UnboundedReader<byte[]> {
    private final ValuesAtOnce source;
    private long next;

    Reader(ValuesAtOnce source, long next) {
      this.source = source;
      this.next = next;
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      if (next == source.values.records()) {
        return false;
      }
      next++;
      return true;
    }

    @Override
    public byte[] getCurrent() throws NoSuchElementException {
      return source.values.value(next - 1);
    }

    @Override
    public Instant getCurrentTimestamp() throws NoSuchElementException {
      return BoundedWindow.TIMESTAMP_MIN_VALUE;
    }

    @Override
    public Instant getWatermark() {
      return next == source.values.records()
          ? BoundedWindow.TIMESTAMP_MAX_VALUE
          : BoundedWindow.TIMESTAMP_MIN_VALUE;
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      return new Place(next);
    }

    @Override
    public UnboundedSource<byte[], ?> getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
