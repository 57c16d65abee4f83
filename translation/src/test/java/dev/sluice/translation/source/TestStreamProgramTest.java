package dev.sluice.translation.source;

import static dev.sluice.translation.source.ReadingKit.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.SourceStatus.Kind;
import dev.sluice.executor.api.Watermarks;
import java.util.List;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class TestStreamProgramTest {
  private static TestStreamProgram script() throws Exception {
    return TestStreamProgram.of(
        TestStream.create(StringUtf8Coder.of())
            .addElements(
                TimestampedValue.of("a", new Instant(1)), TimestampedValue.of("b", new Instant(2)))
            .advanceWatermarkTo(new Instant(10))
            .advanceProcessingTime(Duration.millis(5))
            .addElements(TimestampedValue.of("late", new Instant(3)))
            .advanceWatermarkToInfinity());
  }

  @Test
  void oneEventIsOneBlockWhateverTheQuota() throws Exception {
    SourceReader reader = ReadingKit.open(script(), 0, null);

    assertThat(reader.poll()).isEqualTo(SourceStatus.ready(Watermarks.MIN));
    List<WindowedValue<?>> elements = ReadingKit.elements(reader, 1);
    assertThat(elements).extracting(WindowedValue::getValue).isEqualTo(List.of("a", "b"));
    assertThat(elements.get(1).getTimestamp()).isEqualTo(new Instant(2));
    assertThat(reader.watermark()).isEqualTo(Watermarks.MIN);

    assertThat(reader.poll()).isEqualTo(SourceStatus.ready(10));
    assertThat(values(reader, 1)).isEmpty();
    assertThat(reader.watermark()).isEqualTo(10);

    assertThat(reader.poll()).isEqualTo(new SourceStatus(Kind.READY, 10, 5));
    assertThat(values(reader, 1)).isEmpty();

    assertThat(reader.poll()).isEqualTo(SourceStatus.ready(10));
    assertThat(values(reader, 1)).isEqualTo(List.of("late"));

    assertThat(reader.poll()).isEqualTo(SourceStatus.ready(Watermarks.MAX));
    assertThat(values(reader, 1)).isEmpty();
    assertThat(reader.watermark()).isEqualTo(Watermarks.MAX);
    assertThat(reader.poll()).isEqualTo(SourceStatus.ended());
    assertThat(values(reader, 1)).isEmpty();
  }

  @Test
  void lookingTwiceChangesNothing() throws Exception {
    SourceReader reader = ReadingKit.open(script(), 0, null);
    reader.poll();
    reader.poll();
    assertThat(values(reader, 10)).isEqualTo(List.of("a", "b"));
  }

  @Test
  void aRestoreGoesOnAtTheMark() throws Exception {
    SourceReader reader = ReadingKit.open(script(), 0, null);
    for (int event = 0; event < 3; event++) {
      values(reader, 10);
    }
    SourceReader restored = ReadingKit.open(script(), 0, reader.mark());

    assertThat(restored.watermark()).isEqualTo(10);
    assertThat(values(restored, 10)).isEqualTo(List.of("late"));
  }

  @Test
  void aScriptThatDoesNotReachInfinityEndsWhereItIs() throws Exception {
    TestStream<String> script =
        TestStream.fromRawEvents(
            StringUtf8Coder.of(),
            List.of(
                TestStream.ElementEvent.add(List.of(TimestampedValue.of("a", new Instant(1))))));
    SourceReader reader = ReadingKit.open(TestStreamProgram.of(script), 0, null);
    values(reader, 1);

    assertThat(reader.watermark()).isEqualTo(Watermarks.MIN);
    assertThat(reader.poll()).isEqualTo(SourceStatus.ended());
  }
}
