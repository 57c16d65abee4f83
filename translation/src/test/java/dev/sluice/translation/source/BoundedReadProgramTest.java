package dev.sluice.translation.source;

import static dev.sluice.translation.source.ReadingKit.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.translation.operator.StepMetrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.UserCodeException;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoundedReadProgramTest {
  private static final AtomicInteger OPEN = new AtomicInteger();
  private final PipelineOptions options = PipelineOptionsFactory.create();

  @BeforeEach
  void nothingIsOpen() {
    OPEN.set(0);
  }

  private BoundedReadProgram program(Range range, int desired, int max) throws Exception {
    return BoundedReadProgram.split("read", range, options, desired, max);
  }

  @Test
  void readsAllSplitsEachInItsPartition() throws Exception {
    BoundedReadProgram program = program(new Range(0, 10, 1), 4, 100);

    List<Object> all = new ArrayList<>();
    for (int p = 0; p < program.splits(); p++) {
      all.addAll(values(ReadingKit.open(program, p, null), 100));
    }

    assertThat(program.splits()).isEqualTo(4);
    assertThat(all).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(OPEN).hasValue(0);
  }

  @Test
  void sharesPartitionsWhenThereAreTooManySplits() throws Exception {
    BoundedReadProgram program = program(new Range(0, 10, 1), 10, 3);

    assertThat(program.splits()).isEqualTo(3);
    assertThat(values(ReadingKit.open(program, 0, null), 100)).containsExactly(0, 3, 6, 9);
    assertThat(values(ReadingKit.open(program, 2, null), 100)).containsExactly(2, 5, 8);
  }

  @Test
  void aSourceWithoutSplitsIsOneEmptyPartition() throws Exception {
    BoundedReadProgram program = program(new Range(3, 3, 1), 4, 100);
    SourceReader reader = ReadingKit.open(program, 0, null);

    assertThat(program.splits()).isEqualTo(1);
    assertThat(values(reader, 10)).isEmpty();
    assertThat(reader.poll()).isEqualTo(SourceStatus.ended());
  }

  @Test
  void aSourceOfUnknownSizeIsNotCutIntoBytes() throws Exception {
    assertThat(program(new Range(0, 10, 0), 4, 100).splits()).isEqualTo(1);
  }

  @Test
  void theQuotaEndsABlockAndTheNextGoesOn() throws Exception {
    SourceReader reader = ReadingKit.open(program(new Range(0, 5, 1), 1, 1), 0, null);

    assertThat(values(reader, 2)).containsExactly(0, 1);
    assertThat(reader.poll()).isEqualTo(SourceStatus.ready(Watermarks.MIN));
    assertThat(reader.watermark()).isEqualTo(Watermarks.MIN);
    assertThat(values(reader, 2)).containsExactly(2, 3);
    assertThat(values(reader, 2)).containsExactly(4);
    assertThat(reader.poll()).isEqualTo(SourceStatus.ended());
    assertThat(reader.watermark()).isEqualTo(Watermarks.MAX);
    assertThat(OPEN).hasValue(0);
  }

  @Test
  void aRestoreGoesOnAtTheMark() throws Exception {
    BoundedReadProgram program = program(new Range(0, 7, 1), 7, 1);
    SourceReader first = ReadingKit.open(program, 0, null);
    for (int read = 0; read <= 7; read++) {
      SourceReader second = ReadingKit.open(program, 0, first.mark());
      assertThat(values(second, 100)).hasSize(7 - read);
      values(first, 1);
    }
    assertThat(values(first, 1)).isEmpty();
    assertThat(ReadingKit.open(program, 0, first.mark()).poll()).isEqualTo(SourceStatus.ended());
  }

  @Test
  void aSourceThatShrankIsRefusedAtTheRestore() throws Exception {
    byte[] mark = new BoundedMark(false, 8).encode();
    SourceReader reader = ReadingKit.open(program(new Range(0, 7, 1), 1, 1), 0, mark);

    assertThatThrownBy(() -> values(reader, 1))
        .isInstanceOf(SourceFailure.class)
        .hasMessageContaining("fewer records than before");
  }

  @Test
  void whatTheSourceCountsIsReportedOnceAsDeltas() throws Exception {
    BoundedReadProgram program = program(new Range(0, 4, 1), 2, 2);
    SourceReader first = ReadingKit.open(program, 0, null);
    SourceReader second = ReadingKit.open(program, 1, null);

    values(first, 1);
    values(second, 1);

    StepMetrics metrics = (StepMetrics) first.takeMetrics();
    assertThat(count(metrics, "splits")).isEqualTo(2);
    assertThat(count(metrics, "advances")).isEqualTo(1);
    assertThat(first.takeMetrics()).isNull();
    assertThat(count((StepMetrics) second.takeMetrics(), "splits")).isZero();
    values(first, 1);
    assertThat(count((StepMetrics) first.takeMetrics(), "advances")).isEqualTo(1);
  }

  private static long count(StepMetrics metrics, String name) {
    return metrics
        .containers()
        .get("read")
        .getCounter(MetricName.named("range", name))
        .getCumulative();
  }

  @Test
  void errorsNameTheStepAndKeepTheCauseAndTheReaderIsClosed() throws Exception {
    SourceReader reader = ReadingKit.open(program(new Range(0, 5, 1, 2), 1, 1), 0, null);

    assertThatThrownBy(() -> values(reader, 100))
        .isInstanceOf(SourceFailure.class)
        .hasMessageContaining("step read")
        .cause()
        .isInstanceOf(UserCodeException.class)
        .hasCause(new IOException("no more"));
    assertThat(OPEN).hasValue(1);
    reader.close();
    assertThat(OPEN).hasValue(0);
  }

  @Test
  void errorsOfOthersPassThroughUnchanged() throws Exception {
    SourceReader reader = ReadingKit.open(program(new Range(0, 5, 1), 1, 1), 0, null);
    IllegalStateException theirs = new IllegalStateException("downstream");

    assertThatThrownBy(
            () ->
                reader.read(
                    ReadingKit.batch(10),
                    record -> {
                      throw theirs;
                    }))
        .isSameAs(theirs);
  }

  /** The numbers of a range; counts its splits and steps; fails at a number. */
  private static final class Range extends BoundedSource<Integer> {
    private final int from;
    private final int to;
    private final int bytesEach;
    private final int failAt;

    Range(int from, int to, int bytesEach) {
      this(from, to, bytesEach, -1);
    }

    Range(int from, int to, int bytesEach, int failAt) {
      this.from = from;
      this.to = to;
      this.bytesEach = bytesEach;
      this.failAt = failAt;
    }

    @Override
    public List<Range> split(long bundleBytes, PipelineOptions options) {
      List<Range> splits = new ArrayList<>();
      for (long at = from; at < to; at += bundleBytes) {
        splits.add(new Range((int) at, (int) Math.min(to, at + bundleBytes), bytesEach, failAt));
        Metrics.counter("range", "splits").inc();
      }
      return splits;
    }

    @Override
    public long getEstimatedSizeBytes(PipelineOptions options) {
      return (long) bytesEach * (to - from);
    }

    @Override
    public Coder<Integer> getOutputCoder() {
      return VarIntCoder.of();
    }

    @Override
    public BoundedReader<Integer> createReader(PipelineOptions options) {
      OPEN.incrementAndGet();
      return new RangeReader(this);
    }
  }

  private static final class RangeReader extends BoundedSource.BoundedReader<Integer> {
    private final Range range;
    private int current;

    RangeReader(Range range) {
      this.range = range;
    }

    @Override
    public boolean start() throws IOException {
      current = range.from - 1;
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      Metrics.counter("range", "advances").inc();
      current++;
      if (current == range.failAt) {
        throw new IOException("no more");
      }
      return current < range.to;
    }

    @Override
    public Integer getCurrent() throws NoSuchElementException {
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return new Instant(current);
    }

    @Override
    public void close() {
      OPEN.decrementAndGet();
    }

    @Override
    public BoundedSource<Integer> getCurrentSource() {
      return range;
    }
  }
}
