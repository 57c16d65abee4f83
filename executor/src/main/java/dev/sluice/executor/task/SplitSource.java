package dev.sluice.executor.task;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.SourceStatus;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.block.SizeEstimate;
import dev.sluice.executor.state.SourceRow;
import dev.sluice.executor.transport.Split;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;

/**
 * The reader of one split, as the input of its task. It sees to it that the watermark never falls,
 * and that the end of time is sealed only in a batch without data in which the opener allows it
 * (DESIGN C4).
 *
 * <p>A record goes through its stage before the next one is read. To read a batch into a list first
 * would let the records leave the processor's caches, and the young generation, before anybody
 * looks at them.
 *
 * <p>Used by one thread at a time, as its partition is; between runs the executor looks at {@link
 * #status}.
 */
final class SplitSource implements InputBlock {
  private final LocalJob job;
  private final SourceProgram program;
  private final SourceReader reader;
  private final Split split;

  /** What the last look found; a split that has ended stays so. */
  private SourceStatus status = SourceStatus.idle(Watermarks.MIN);

  private long sealed;
  private OpenBatch batch;
  private boolean mayRead;
  private boolean drained;
  private long read;
  private final SizeEstimate size;
  private int untilSample = 1;

  /**
   * The source of one partition.
   *
   * @param sealed the watermark that was sealed before the reader's mark
   */
  SplitSource(LocalJob job, SourceProgram program, SourceReader reader, Split split, long sealed) {
    this.job = job;
    this.program = program;
    this.reader = reader;
    this.split = split;
    this.sealed = sealed;
    this.size = job.formats().ofSource(split.stage());
    if (sealed == Watermarks.MAX) {
      status = SourceStatus.ended();
    }
  }

  /** Begins a batch. What it reads is read in {@link #drain}. */
  void begin(OpenBatch open) {
    batch = open;
    read = 0;
    mayRead =
        quota() > 0
            && open.descriptor().kind() == BatchKind.DATA
            && !isEnded()
            && !stops()
            && !pauses();
    drained = !mayRead;
    if (drained) {
      sealWithoutReading();
    }
  }

  /**
   * While the blocks of earlier batches fill the memory, nothing new is read (DESIGN C5). They go
   * without any help of this source: there are no unbounded sources in a job that holds its whole
   * input in groups.
   */
  private boolean pauses() {
    return program.unbounded() && job.blocks().budget().isExhausted();
  }

  private boolean stops() {
    return batch.descriptor().draining() && program.unbounded();
  }

  private long quota() {
    return program.unbounded() ? batch.descriptor().maxRecordsPerSplit() : batch.boundedQuota();
  }

  private void sealWithoutReading() {
    if (batch.descriptor().sealEnded() && batch.ended().contains(split)) {
      sealed = Watermarks.MAX;
    }
  }

  private void read(RecordConsumer consumer) throws Exception {
    reader.read(
        descriptor(),
        record -> {
          if ((++read & 0x3ff) == 0) {
            job.checkCancelled();
          }
          if (--untilSample <= 0) {
            size.sample(program::measure, record);
            untilSample = size.untilSample();
          }
          consumer.accept(record);
        });
    drained = true;
    long watermark = reader.watermark();
    if (watermark < Watermarks.MAX) {
      sealed = Math.max(sealed, watermark);
    } else if (read == 0) {
      sealWithoutReading();
    }
  }

  private BatchDescriptor descriptor() {
    BatchDescriptor d = batch.descriptor();
    long quota = quota();
    return quota == d.maxRecordsPerSplit()
        ? d
        : new BatchDescriptor(
            d.jobId(),
            d.run(),
            d.batch(),
            d.kind(),
            d.processingTime(),
            d.layout(),
            d.checkpoint(),
            d.sealEnded(),
            d.releaseWithheld(),
            d.draining(),
            quota);
  }

  @Override
  public boolean isEmpty() {
    return drained;
  }

  @Override
  public void drain(RecordConsumer consumer) throws Exception {
    if (!drained) {
      read(consumer);
    }
  }

  @Override
  public long watermark() {
    if (!drained) {
      throw new IllegalStateException("the watermark of a source is known after drain()");
    }
    return sealed;
  }

  /**
   * Ends the batch: the block is complete.
   *
   * @return whether the reader wants to hear that it is safe
   */
  boolean end() throws Exception {
    if (!drained) {
      throw new IllegalStateException("records of the source were left unread");
    }
    return mayRead && reader.endBlock(batch.descriptor().batch());
  }

  /** Looks what is there. */
  void look() throws Exception {
    if (!isEnded()) {
      SourceStatus seen = reader.poll();
      boolean ended = seen.kind() == SourceStatus.Kind.IDLE && seen.watermark() == Watermarks.MAX;
      status = ended ? SourceStatus.ended() : seen;
    }
  }

  /** Writes where the reader is, and the split itself where the snapshot is a whole one. */
  void put(SnapshotWriter rows, boolean whole) throws Exception {
    byte[] itself = whole ? program.split(split.partition()) : null;
    if (itself != null) {
      SourceRow.putSplit(rows, itself);
    }
    new SourceRow(sealed, reader.mark()).put(rows);
  }

  SourceReader reader() {
    return reader;
  }

  boolean isUnbounded() {
    return program.unbounded();
  }

  boolean isEnded() {
    return status.kind() == SourceStatus.Kind.ENDED;
  }

  boolean isReady() {
    return status.kind() == SourceStatus.Kind.READY;
  }

  SourceStatus status() {
    return status;
  }

  long sealed() {
    return sealed;
  }

  Split split() {
    return split;
  }

  long recordsRead() {
    return read;
  }

  /** Bytes of what the batch read, by samples. */
  long bytesRead() {
    return (long) (read * size.encodedBytes());
  }

  Object takeMetrics() {
    return reader.takeMetrics();
  }
}
