package dev.sluice.translation.source;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.Watermarks;
import org.apache.beam.sdk.values.WindowedValues;

/** Beam's Impulse: one empty byte array at the beginning of time, and the end. */
public final class ImpulseProgram implements SourceProgram {
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
    return new Reader(mark != null && mark[0] != 0);
  }

  private static final class Reader implements SourceReader {
    private boolean done;

    Reader(boolean done) {
      this.done = done;
    }

    @Override
    public SourceStatus poll() {
      return done ? SourceStatus.ended() : SourceStatus.ready(Watermarks.MIN);
    }

    @Override
    public void read(BatchDescriptor descriptor, RecordConsumer out) throws Exception {
      if (!done) {
        done = true;
        out.accept(WindowedValues.valueInGlobalWindow(new byte[0]));
      }
    }

    @Override
    public long watermark() {
      return done ? Watermarks.MAX : Watermarks.MIN;
    }

    @Override
    public byte[] mark() {
      return new byte[] {(byte) (done ? 1 : 0)};
    }

    @Override
    public void close() {}
  }
}
