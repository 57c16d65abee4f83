package dev.sluice.translation.source;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import java.io.Closeable;
import org.apache.beam.sdk.values.WindowedValue;

/** Reads one split of an unbounded source, block by block. */
final class UnboundedReadReader<T> implements SourceReader {
  private final String stepName;
  private final UnboundedCursor<T> cursor;
  private final CheckpointMarks<?> marks;
  private final ReadMetrics metrics;

  UnboundedReadReader(
      String stepName, UnboundedCursor<T> cursor, CheckpointMarks<?> marks, ReadMetrics metrics) {
    this.stepName = stepName;
    this.cursor = cursor;
    this.marks = marks;
    this.metrics = metrics;
  }

  @Override
  public SourceStatus poll() throws Exception {
    try (Closeable scope = metrics.scope()) {
      if (cursor.find()) {
        return SourceStatus.ready(cursor.watermark());
      }
    } catch (Exception e) {
      throw new SourceFailure(stepName, "looking for records", e);
    }
    return cursor.ended() ? SourceStatus.ended() : SourceStatus.idle(cursor.watermark());
  }

  @Override
  public void read(BatchDescriptor descriptor, RecordConsumer out) throws Exception {
    try (Closeable scope = metrics.scope()) {
      for (long left = descriptor.maxRecordsPerSplit(); left > 0; left--) {
        WindowedValue<?> record = next(left == 1);
        if (record == null) {
          return;
        }
        out.accept(record);
      }
    }
  }

  private WindowedValue<?> next(boolean last) throws SourceFailure {
    try {
      if (!cursor.find()) {
        return null;
      }
      marks.outdate();
      WindowedValue<?> record = cursor.take();
      if (last) {
        cursor.settleWatermark();
      }
      return record;
    } catch (Exception e) {
      throw new SourceFailure(stepName, "reading", e);
    }
  }

  @Override
  public long watermark() {
    return cursor.watermark();
  }

  @Override
  public byte[] mark() throws Exception {
    try (Closeable scope = metrics.scope()) {
      return new UnboundedMark(cursor.watermark(), marks.encode()).encode();
    } catch (Exception e) {
      throw new SourceFailure(stepName, "marking the place", e);
    }
  }

  @Override
  public boolean endBlock(long batch) throws Exception {
    try (Closeable scope = metrics.scope()) {
      return marks.endBlock(batch);
    } catch (Exception e) {
      throw new SourceFailure(stepName, "marking the place", e);
    }
  }

  @Override
  public void acknowledge(long batch) throws Exception {
    try (Closeable scope = metrics.scope()) {
      marks.finalizeUpTo(batch);
    } catch (Exception e) {
      throw new SourceFailure(stepName, "finalizing", e);
    }
  }

  @Override
  public Object takeMetrics() {
    return metrics.take();
  }

  @Override
  public void close() throws Exception {
    try (Closeable scope = metrics.scope()) {
      cursor.close();
    } catch (Exception e) {
      throw new SourceFailure(stepName, "closing", e);
    }
  }
}
