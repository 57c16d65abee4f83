package dev.sluice.integration.pipelines;

import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Instant;

/** Numbers from 0; throws where its {@link Trap} is. */
public final class TrappedBoundedSource extends BoundedSource<Integer> {
  private static final long serialVersionUID = 1;
  private static final AtomicInteger OPEN = new AtomicInteger();

  private final int count;
  private final Trap trap;

  /** So many numbers. */
  public TrappedBoundedSource(int count, Trap trap) {
    this.count = count;
    this.trap = trap;
  }

  /** How many readers are open in this JVM. */
  public static int open() {
    return OPEN.get();
  }

  @Override
  public List<? extends BoundedSource<Integer>> split(long bytes, PipelineOptions options) {
    trap.at("split");
    return List.of(this);
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return 4L * count;
  }

  @Override
  public Coder<Integer> getOutputCoder() {
    return VarIntCoder.of();
  }

  @Override
  public BoundedReader<Integer> createReader(PipelineOptions options) {
    trap.at("createReader");
    OPEN.incrementAndGet();
    return new Reader();
  }

  private final class Reader extends BoundedReader<Integer> {
    private int current = -1;

    @Override
    public boolean start() {
      trap.at("start");
      return next();
    }

    @Override
    public boolean advance() {
      trap.at("advance");
      return next();
    }

    private boolean next() {
      current++;
      return current < count;
    }

    @Override
    public Integer getCurrent() throws NoSuchElementException {
      trap.at("getCurrent");
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      trap.at("getCurrentTimestamp");
      return new Instant(current);
    }

    @Override
    public void close() throws IOException {
      OPEN.decrementAndGet();
      trap.at("close");
    }

    @Override
    public BoundedSource<Integer> getCurrentSource() {
      return TrappedBoundedSource.this;
    }
  }
}
