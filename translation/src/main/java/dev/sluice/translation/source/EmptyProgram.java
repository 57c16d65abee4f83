package dev.sluice.translation.source;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.Watermarks;

/** No record, and the end at once: what a Flatten of nothing reads. */
public final class EmptyProgram implements SourceProgram {
  private static final long serialVersionUID = 1;

  @Override
  public int splits() {
    return 1;
  }

  @Override
  public boolean unbounded() {
    return false;
  }

  @Override
  public boolean repeatable() {
    return true;
  }

  @Override
  public SourceReader open(ProcessorContext context, byte[] mark) {
    return new Reader();
  }

  private static final class Reader implements SourceReader {
    @Override
    public SourceStatus poll() {
      return SourceStatus.ended();
    }

    @Override
    public void read(BatchDescriptor descriptor, RecordConsumer out) {}

    @Override
    public long watermark() {
      return Watermarks.MAX;
    }

    @Override
    public byte[] mark() {
      return new byte[0];
    }

    @Override
    public void close() {}
  }
}
