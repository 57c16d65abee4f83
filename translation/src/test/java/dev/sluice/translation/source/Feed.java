package dev.sluice.translation.source;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/** An unbounded source that gives what the test offers. One test at a time. */
final class Feed extends UnboundedSource<String, Feed.FeedMark> {
  private static final List<String> OFFERED = new ArrayList<>();
  private static final List<Integer> FINALIZED = new ArrayList<>();
  private static Instant watermark;
  private static int marksTaken;
  private static int open;
  private static int refused;

  private final boolean withIds;

  Feed(boolean withIds) {
    this.withIds = withIds;
  }

  static void reset() {
    OFFERED.clear();
    FINALIZED.clear();
    watermark = BoundedWindow.TIMESTAMP_MIN_VALUE;
    marksTaken = 0;
    open = 0;
    refused = -1;
  }

  static void offer(String... values) {
    OFFERED.addAll(List.of(values));
  }

  static void watermark(long millis) {
    watermark = new Instant(millis);
  }

  static List<Integer> finalized() {
    return FINALIZED;
  }

  static int marksTaken() {
    return marksTaken;
  }

  static int open() {
    return open;
  }

  static void refuseToFinalize(int records) {
    refused = records;
  }

  @Override
  public List<Feed> split(int desired, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<String> createReader(PipelineOptions options, FeedMark mark) {
    open++;
    return new FeedReader(this, mark == null ? 0 : mark.records);
  }

  @Override
  public Coder<FeedMark> getCheckpointMarkCoder() {
    return SerializableCoder.of(FeedMark.class);
  }

  @Override
  public Coder<String> getOutputCoder() {
    return StringUtf8Coder.of();
  }

  @Override
  public boolean requiresDeduping() {
    return withIds;
  }

  /** Counts the records. */
  static final class FeedMark implements CheckpointMark, Serializable {
    private static final long serialVersionUID = 1;
    private final int records;

    FeedMark(int records) {
      this.records = records;
    }

    @Override
    public void finalizeCheckpoint() throws IOException {
      if (records == refused) {
        throw new IOException("refused");
      }
      FINALIZED.add(records);
    }
  }

  private static final class FeedReader extends UnboundedReader<String> {
    private final Feed feed;
    private int read;

    FeedReader(Feed feed, int read) {
      this.feed = feed;
      this.read = read;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      if (read == OFFERED.size()) {
        return false;
      }
      read++;
      return true;
    }

    @Override
    public String getCurrent() {
      return OFFERED.get(read - 1);
    }

    @Override
    public Instant getCurrentTimestamp() {
      return new Instant(read);
    }

    @Override
    public byte[] getCurrentRecordId() {
      return getCurrent().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Instant getWatermark() {
      return watermark;
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      marksTaken++;
      return new FeedMark(read);
    }

    @Override
    public UnboundedSource<String, ?> getCurrentSource() {
      return feed;
    }

    @Override
    public void close() {
      open--;
    }
  }
}
