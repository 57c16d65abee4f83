package dev.sluice.translation.source;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.SourceStatus.Kind;
import dev.sluice.translation.operator.BeamTime;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.beam.sdk.testing.TestStream.ElementEvent;
import org.apache.beam.sdk.testing.TestStream.Event;
import org.apache.beam.sdk.testing.TestStream.ProcessingTimeEvent;
import org.apache.beam.sdk.testing.TestStream.WatermarkEvent;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.WindowedValues;

/** Plays one event a batch. */
final class TestStreamReader<T> implements SourceReader {
  private final List<Event<T>> events;
  private int played;
  private long watermark = BeamTime.MIN;

  TestStreamReader(List<Event<T>> events, int played) {
    this.events = events;
    while (this.played < played) {
      watermark = watermarkAfter(events.get(this.played++));
    }
  }

  @Override
  public SourceStatus poll() {
    if (played == events.size()) {
      return SourceStatus.ended();
    }
    Event<T> event = events.get(played);
    long clockAdvance =
        event instanceof ProcessingTimeEvent<T> time
            ? time.getProcessingTimeAdvance().getMillis()
            : 0;
    return new SourceStatus(Kind.READY, BeamTime.toEngine(watermarkAfter(event)), clockAdvance);
  }

  private long watermarkAfter(Event<T> event) {
    return event instanceof WatermarkEvent<T> moved ? moved.getWatermark().getMillis() : watermark;
  }

  @Override
  public void read(BatchDescriptor descriptor, RecordConsumer out) throws Exception {
    if (played == events.size()) {
      return;
    }
    Event<T> event = events.get(played++);
    watermark = watermarkAfter(event);
    if (event instanceof ElementEvent<T> elements) {
      for (TimestampedValue<T> element : elements.getElements()) {
        out.accept(
            WindowedValues.timestampedValueInGlobalWindow(
                element.getValue(), element.getTimestamp()));
      }
    }
  }

  @Override
  public long watermark() {
    return BeamTime.toEngine(watermark);
  }

  @Override
  public byte[] mark() {
    return ByteBuffer.allocate(4).putInt(played).array();
  }

  @Override
  public void close() {}
}
