package dev.sluice.translation.source;

import static dev.sluice.translation.source.ReadingKit.elements;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.Watermarks;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.WindowedValue;
import org.junit.jupiter.api.Test;

class FixedProgramsTest {
  @Test
  void impulseIsOneEmptyArrayAtTheBeginningOfTimeAndTheEnd() throws Exception {
    SourceReader reader = ReadingKit.open(new ImpulseProgram(), 0, null);
    assertThat(reader.poll()).isEqualTo(SourceStatus.ready(Watermarks.MIN));

    List<WindowedValue<?>> read = elements(reader, 10);

    assertThat(read).hasSize(1);
    assertThat((byte[]) read.get(0).getValue()).isEmpty();
    assertThat(read.get(0).getTimestamp()).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
    assertThat(read.get(0).getWindows()).isEqualTo(List.of(GlobalWindow.INSTANCE));
    assertThat(reader.poll()).isEqualTo(SourceStatus.ended());
    assertThat(reader.watermark()).isEqualTo(Watermarks.MAX);
    assertThat(elements(reader, 10)).isEmpty();
  }

  @Test
  void impulseComesOnceAcrossARestore() throws Exception {
    SourceReader first = ReadingKit.open(new ImpulseProgram(), 0, null);
    byte[] before = first.mark();
    elements(first, 10);
    byte[] after = first.mark();

    assertThat(elements(ReadingKit.open(new ImpulseProgram(), 0, before), 10)).hasSize(1);
    assertThat(elements(ReadingKit.open(new ImpulseProgram(), 0, after), 10)).isEmpty();
  }

  @Test
  void nothingEndsAtOnce() throws Exception {
    SourceReader reader = ReadingKit.open(new EmptyProgram(), 0, null);

    assertThat(reader.poll()).isEqualTo(SourceStatus.ended());
    assertThat(elements(reader, 10)).isEmpty();
    assertThat(reader.watermark()).isEqualTo(Watermarks.MAX);
  }
}
