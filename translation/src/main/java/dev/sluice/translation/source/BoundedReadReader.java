package dev.sluice.translation.source;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.Watermarks;
import java.io.Closeable;
import java.io.IOException;
import org.apache.beam.sdk.values.WindowedValue;

/** Reads the bounded sources of one partition within the quota of each batch. */
final class BoundedReadReader implements SourceReader {
  private final String stepName;
  private final BoundedSequence sequence;
  private final ReadMetrics metrics;
  private long toSkip;
  private long records;
  private boolean done;

  BoundedReadReader(
      String stepName, BoundedSequence sequence, BoundedMark place, ReadMetrics metrics) {
    this.stepName = stepName;
    this.sequence = sequence;
    this.metrics = metrics;
    this.toSkip = place.records();
    this.records = place.records();
    this.done = place.done();
  }

  @Override
  public SourceStatus poll() {
    return done ? SourceStatus.ended() : SourceStatus.ready(Watermarks.MIN);
  }

  @Override
  public void read(BatchDescriptor descriptor, RecordConsumer out) throws Exception {
    // One scope for the whole block: steps that run inside of accept open scopes of their own.
    try (Closeable scope = metrics.scope()) {
      skip();
      for (long left = descriptor.maxRecordsPerSplit(); left > 0 && !done; left--) {
        WindowedValue<?> record = next();
        if (record == null) {
          done = true;
        } else {
          records++;
          out.accept(record);
        }
      }
    }
  }

  private void skip() throws SourceFailure {
    for (; toSkip > 0 && !done; toSkip--) {
      if (next() == null) {
        throw new SourceFailure(
            stepName,
            "going on after " + records + " records",
            new IOException("the source gives fewer records than before"));
      }
    }
  }

  private WindowedValue<?> next() throws SourceFailure {
    try {
      return sequence.advance() ? sequence.current() : null;
    } catch (Exception e) {
      throw new SourceFailure(stepName, "reading", e);
    }
  }

  @Override
  public long watermark() {
    return done ? Watermarks.MAX : Watermarks.MIN;
  }

  @Override
  public byte[] mark() {
    return new BoundedMark(done, records).encode();
  }

  @Override
  public Object takeMetrics() {
    return metrics.take();
  }

  @Override
  public void close() throws Exception {
    try (Closeable scope = metrics.scope()) {
      sequence.close();
    } catch (Exception e) {
      throw new SourceFailure(stepName, "closing", e);
    }
  }
}
