package dev.sluice.executor.simulation;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.transport.Split;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** A source whose readers count what they read, and check what is acknowledged to them. */
final class ProbedSource implements SourceProgram {
  private static final long serialVersionUID = 1;

  private final SourceProgram inner;
  private final int stage;
  private final transient Probe probe;

  ProbedSource(SourceProgram inner, int stage, Probe probe) {
    this.inner = inner;
    this.stage = stage;
    this.probe = probe;
  }

  @Override
  public int splits() {
    return inner.splits();
  }

  @Override
  public boolean unbounded() {
    return inner.unbounded();
  }

  @Override
  public boolean repeatable() {
    return inner.repeatable();
  }

  @Override
  public byte[] split(int index) throws IOException {
    return inner.split(index);
  }

  @Override
  public SourceReader open(ProcessorContext context, byte[] mark) throws Exception {
    Split split = new Split(stage, context.partition());
    if (mark == null) {
      return new Reader(split, inner.open(context, null), 0);
    }
    ByteBuffer buffer = ByteBuffer.wrap(mark);
    long position = buffer.getLong();
    byte[] rest = new byte[buffer.remaining()];
    buffer.get(rest);
    return new Reader(split, inner.open(context, rest), position);
  }

  private record Block(long batch, long position) {}

  private final class Reader implements SourceReader {
    private final Split split;
    private final SourceReader reader;
    private final Deque<Block> wanted = new ArrayDeque<>();
    private long position;
    private boolean closed;

    Reader(Split split, SourceReader reader, long position) {
      this.split = split;
      this.reader = reader;
      this.position = position;
      long acknowledged = probe.world().acknowledged(split);
      probe.opened();
      probe.require(
          !probe.acknowledgesOnCheckpoint() || position >= acknowledged,
          split
              + " goes on at record "
              + position
              + " although "
              + acknowledged
              + " were acknowledged");
    }

    @Override
    public SourceStatus poll() throws Exception {
      return reader.poll();
    }

    @Override
    public void read(BatchDescriptor descriptor, RecordConsumer out) throws Exception {
      reader.read(
          descriptor,
          record -> {
            position++;
            probe.world().recordsRead++;
            out.accept(record);
          });
    }

    @Override
    public long watermark() {
      return reader.watermark();
    }

    @Override
    public byte[] mark() throws Exception {
      byte[] mark = reader.mark();
      return ByteBuffer.allocate(Long.BYTES + mark.length).putLong(position).put(mark).array();
    }

    @Override
    public boolean endBlock(long batch) {
      wanted.add(new Block(batch, position));
      return true;
    }

    @Override
    public void acknowledge(long batch) {
      Block first = wanted.poll();
      probe.require(
          first != null && first.batch() == batch,
          split + ": batch " + batch + " is acknowledged in place of " + first);
      probe.require(probe.isSafe(batch), split + ": batch " + batch + " is not safe");
      probe.world().acknowledged(split, first.position());
    }

    @Override
    public void close() throws Exception {
      probe.require(!closed, split + " is closed twice");
      closed = true;
      probe.closed();
      reader.close();
      probe.require(
          !probe.isComplete() || wanted.isEmpty(), split + ": never acknowledged: " + wanted);
    }
  }
}
