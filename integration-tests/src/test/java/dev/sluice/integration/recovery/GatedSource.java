package dev.sluice.integration.recovery;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * The numbers from 0 up to a bound, each a millisecond of event time after the one before, as far
 * as the test's gate lets them come. Split i of n has those that leave i when divided by n, so that
 * a mark means something else in another number of splits. What is in a JVM shares its gates.
 */
final class GatedSource extends UnboundedSource<Long, GatedSource.Mark> {
  private static final long serialVersionUID = 1;

  private static final Map<String, Long> GATES = new ConcurrentHashMap<>();

  private final String gate;
  private final long count;
  private final boolean twice;
  private final int split;
  private final int splits;

  /**
   * Before it is split.
   *
   * @param twice whether each number comes twice with the same id, to be deduplicated
   */
  GatedSource(String gate, long count, boolean twice) {
    this(gate, count, twice, 0, 1);
  }

  private GatedSource(String gate, long count, boolean twice, int split, int splits) {
    this.gate = gate;
    this.count = count;
    this.twice = twice;
    this.split = split;
    this.splits = splits;
  }

  /** Numbers below {@code to} may come. */
  static void open(String gate, long to) {
    GATES.put(gate, to);
  }

  /** How many numbers of the split have been read. */
  record Mark(long read) implements CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  @Override
  public List<GatedSource> split(int desired, PipelineOptions options) {
    return IntStream.range(0, desired)
        .mapToObj(each -> new GatedSource(gate, count, twice, each, desired))
        .toList();
  }

  @Override
  public boolean requiresDeduping() {
    return twice;
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
    private long read;

    Reader(long read) {
      this.read = read;
    }

    private long number(long index) {
      return (twice ? index / 2 : index) * splits + split;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      if (number(read) >= Math.min(count, GATES.getOrDefault(gate, 0L))) {
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
    public byte[] getCurrentRecordId() {
      return getCurrent().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
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
      return GatedSource.this;
    }

    @Override
    public void close() {}
  }
}
