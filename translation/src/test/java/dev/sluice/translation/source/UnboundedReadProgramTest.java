package dev.sluice.translation.source;

import static dev.sluice.translation.source.ReadingKit.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.SourceStatus.Kind;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.translation.source.Feed.FeedMark;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.ValueWithRecordId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnboundedReadProgramTest {
  private static final long END = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();

  @BeforeEach
  void newFeed() {
    Feed.reset();
  }

  private static UnboundedReadProgram<String, FeedMark> program(boolean withIds) throws Exception {
    return UnboundedReadProgram.split(
        "read", new Feed(withIds), PipelineOptionsFactory.create(), 1);
  }

  private static SourceReader open(byte[] mark) throws Exception {
    return ReadingKit.open(program(false), 0, mark);
  }

  @Test
  void looksWithoutWaitingAndTakesWhatIsThere() throws Exception {
    SourceReader reader = open(null);
    assertThat(reader.poll()).isEqualTo(SourceStatus.idle(Watermarks.MIN));

    Feed.offer("a", "b", "c");
    assertThat(reader.poll().kind()).isEqualTo(Kind.READY);
    assertThat(reader.poll().kind()).isEqualTo(Kind.READY);
    assertThat(values(reader, 2)).containsExactly("a", "b");
    assertThat(values(reader, 2)).containsExactly("c");
    assertThat(reader.poll().kind()).isEqualTo(Kind.IDLE);
    assertThat(values(reader, 2)).isEmpty();
  }

  @Test
  void theWatermarkIsTheOneBehindTheBlockAndNeverFalls() throws Exception {
    SourceReader reader = open(null);
    Feed.offer("a", "b");
    Feed.watermark(5);
    reader.poll();
    assertThat(reader.poll().watermark()).isEqualTo(Watermarks.MIN);
    values(reader, 1);
    assertThat(reader.watermark()).isEqualTo(5);

    Feed.watermark(3);
    values(reader, 10);
    assertThat(reader.watermark()).isEqualTo(5);
    Feed.watermark(9);
    assertThat(reader.poll()).isEqualTo(SourceStatus.idle(9));
    assertThat(reader.watermark()).isEqualTo(9);
  }

  @Test
  void endsWhenItsWatermarkIsAtTheEndAndNothingIsLeft() throws Exception {
    SourceReader reader = open(null);
    Feed.offer("a", "b");
    Feed.watermark(END);

    assertThat(values(reader, 1)).containsExactly("a");
    assertThat(reader.watermark()).isEqualTo(Watermarks.MIN);
    assertThat(reader.poll().kind()).isEqualTo(Kind.READY);
    assertThat(values(reader, 10)).containsExactly("b");
    assertThat(reader.watermark()).isEqualTo(Watermarks.MAX);
    assertThat(reader.poll()).isEqualTo(SourceStatus.ended());
  }

  @Test
  void nothingAvailableIsNotTheEnd() throws Exception {
    SourceReader reader = open(null);
    Feed.watermark(END - 1);
    assertThat(reader.poll().kind()).isEqualTo(Kind.IDLE);
  }

  @Test
  void aRestoreGoesOnBehindTheLastReadRecordNotTheLastFoundOne() throws Exception {
    SourceReader reader = open(null);
    Feed.offer("a", "b", "c");
    Feed.watermark(7);
    reader.poll();
    values(reader, 1);
    byte[] mark = reader.mark();
    reader.poll(); // finds "b"

    SourceReader restored = open(mark);
    assertThat(restored.watermark()).isEqualTo(7);
    assertThat(values(restored, 10)).containsExactly("b", "c");
  }

  @Test
  void aMarkBeforeTheFirstRecordBeginsAnew() throws Exception {
    byte[] mark = open(null).mark();
    Feed.offer("a");
    assertThat(values(open(mark), 10)).containsExactly("a");
  }

  @Test
  void blocksAreFinalizedInOrderAndOnce() throws Exception {
    SourceReader reader = open(null);
    Feed.offer("a", "b", "c");
    values(reader, 1);
    assertThat(reader.endBlock(0)).isTrue();
    values(reader, 1);
    reader.mark();
    assertThat(reader.endBlock(1)).isTrue();
    values(reader, 1);
    assertThat(reader.endBlock(2)).isTrue();
    values(reader, 1);
    assertThat(reader.endBlock(3)).isFalse();

    reader.acknowledge(1);
    assertThat(Feed.finalized()).containsExactly(1, 2);
    reader.acknowledge(1);
    reader.acknowledge(2);
    assertThat(Feed.finalized()).containsExactly(1, 2, 3);
    assertThat(Feed.marksTaken()).isEqualTo(3);
  }

  @Test
  void whatIsNotAcknowledgedIsNotFinalizedAtTheEnd() throws Exception {
    SourceReader reader = open(null);
    Feed.offer("a");
    values(reader, 1);
    reader.endBlock(0);
    reader.close();

    assertThat(Feed.finalized()).isEmpty();
    assertThat(Feed.open()).isZero();
  }

  @Test
  void aMarkThatCannotBeFinalizedDoesNotStopTheOthers() throws Exception {
    SourceReader reader = open(null);
    Feed.offer("a", "b");
    values(reader, 1);
    reader.endBlock(0);
    values(reader, 1);
    reader.endBlock(1);
    Feed.refuseToFinalize(1);

    assertThatThrownBy(() -> reader.acknowledge(1))
        .isInstanceOf(SourceFailure.class)
        .hasMessageContaining("refused");
    assertThat(Feed.finalized()).containsExactly(2);
  }

  @Test
  void recordsThatMayComeTwiceCarryTheirIds() throws Exception {
    UnboundedReadProgram<String, FeedMark> program = program(true);
    Feed.offer("a");

    List<Object> read = values(ReadingKit.open(program, 0, null), 1);

    assertThat(program.emitsIds()).isTrue();
    assertThat(read).isEqualTo(List.of(new ValueWithRecordId<>("a", new byte[] {'a'})));
  }
}
