package dev.sluice.translation.source;

import dev.sluice.executor.api.Watermarks;
import dev.sluice.translation.operator.BeamTime;
import java.io.IOException;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.values.ValueWithRecordId;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;

/**
 * Where a reader stands: before the start, at a record that was found and not taken yet, behind a
 * taken one, or at the end; and the watermark of what was taken, which never falls.
 */
final class UnboundedCursor<T> {
  private final UnboundedReader<T> reader;
  private final boolean withIds;
  private long watermark;
  private boolean started;
  private boolean found;
  private boolean ended;

  UnboundedCursor(UnboundedReader<T> reader, boolean withIds, long watermark) {
    this.reader = reader;
    this.withIds = withIds;
    this.watermark = watermark;
  }

  /** Looks for a record, unless one was found before; returns whether there is one to take. */
  boolean find() throws IOException {
    if (!found && !ended) {
      boolean first = !started;
      started = true;
      found = first ? reader.start() : reader.advance();
      if (!found) {
        watermark = Math.max(watermark, readerWatermark());
        ended = watermark == Watermarks.MAX;
      }
    }
    return found;
  }

  /** Takes the record that {@link #find} found. */
  WindowedValue<?> take() {
    found = false;
    T value = reader.getCurrent();
    return WindowedValues.timestampedValueInGlobalWindow(
        withIds ? new ValueWithRecordId<>(value, reader.getCurrentRecordId()) : value,
        reader.getCurrentTimestamp());
  }

  /**
   * Asks for the watermark behind the last taken record, with nothing found since. The end does not
   * count before the reader has said that there is no more record.
   */
  void settleWatermark() {
    long asked = readerWatermark();
    if (asked != Watermarks.MAX) {
      watermark = Math.max(watermark, asked);
    }
  }

  private long readerWatermark() {
    return BeamTime.toEngine(reader.getWatermark().getMillis());
  }

  /** The watermark of what was taken, on the engine's scale. */
  long watermark() {
    return watermark;
  }

  boolean ended() {
    return ended;
  }

  void close() throws IOException {
    reader.close();
  }
}
