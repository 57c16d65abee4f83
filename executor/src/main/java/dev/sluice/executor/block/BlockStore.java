package dev.sluice.executor.block;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.executor.api.Storage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * Where the records of one job rest in one executor: in memory while the {@link MemoryBudget}
 * allows it, else in spill files. Makes {@link BlockWriter}s and {@link Grouping}s.
 *
 * <p>All methods may be called by any thread; what they return is used by one thread at a time.
 * {@link #close} deletes all files; nothing of the store may be used afterwards.
 */
public final class BlockStore implements AutoCloseable {
  private final MemoryBudget budget;
  private final SpillTuning tuning;
  private final SpillFiles spillFiles;
  private final RunFiles runFiles;
  private final AtomicInteger openGroupings = new AtomicInteger();

  /**
   * Makes an empty store. Nothing is written to {@code spill} before something spills.
   *
   * @param prefix begins the name of every object in {@code spill}; nobody else uses it
   * @param budget bytes of records held in memory
   * @param spill local storage for the rest
   */
  public BlockStore(String prefix, MemoryBudget budget, Storage spill) {
    this(prefix, budget, spill, SpillTuning.NORMAL);
  }

  BlockStore(String prefix, MemoryBudget budget, Storage spill, SpillTuning tuning) {
    this.budget = budget;
    this.tuning = tuning;
    this.spillFiles = new SpillFiles(spill, prefix, tuning.file());
    this.runFiles = new RunFiles(spill, prefix);
  }

  /** Makes a writer of blocks. */
  public BlockWriter writer(RecordFormat format) {
    return format.encoded() ? new EncodedWriter(this, format) : new ReferenceWriter(this, format);
  }

  /**
   * Makes a writer for an edge that nobody else writes to. What is learnt about the size of its
   * records is forgotten with it: for an edge with many blocks make one {@link RecordFormat}.
   */
  public BlockWriter writer(RecordCodec codec, boolean encode) {
    return writer(new RecordFormat("an edge", codec, encode));
  }

  /**
   * Makes a block of a piece of another one that came from elsewhere, and holds or spills it.
   *
   * @param chunks the bytes of the piece; the arrays belong to the store from now on
   * @param records how many records there are in it
   * @param crc32c checksum of the bytes
   * @throws IOException if the checksum does not match, or the disk is full
   */
  public Block receive(RecordFormat format, List<byte[]> chunks, int records, int crc32c)
      throws IOException {
    ChunkedBytes bytes = new ChunkedBytes(chunks, records);
    CRC32C checksum = new CRC32C();
    bytes.updateChecksum(checksum);
    if ((int) checksum.getValue() != crc32c) {
      throw new IOException(format.name() + ": the checksum of a received block does not match");
    }
    Reservation reservation = reservation();
    if (!reservation.tryGrowTo(bytes.capacity())) {
      if (bytes.bytes() >= leastPiece()) {
        return spill(format, bytes);
      }
      reservation.growTo(bytes.capacity());
    }
    return new EncodedBlock(format, bytes, crc32c, reservation);
  }

  /** Makes a grouping that spills. */
  public Grouping grouping(RecordCodec valueCodec) {
    RecordFormat format = RecordFormat.ofGroupedValues(valueCodec);
    return new SpillingGrouping(this, runFiles, format);
  }

  /** The budget. */
  public MemoryBudget budget() {
    return budget;
  }

  Reservation reservation() {
    return new Reservation(budget);
  }

  /**
   * A writer that holds less does not spill: many writers of little each may exceed the budget by
   * an eighth.
   */
  long leastSpill() {
    long share = budget.limit() / 8 / Math.max(1, budget.growing());
    return Math.max(tuning.leastSpill(), Math.min(tuning.slab(), share));
  }

  /**
   * A complete piece of less does not go to disk. There may be any number of them, as when they
   * wait for a slow reader; so the share of a writer is no measure.
   */
  long leastPiece() {
    return tuning.leastSpill();
  }

  /**
   * A grouping that holds less does not spill: runs must not be tiny; all together may exceed it by
   * a quarter.
   */
  long leastRun() {
    return Math.max(tuning.leastRun(), budget.limit() / 4 / Math.max(1, openGroupings.get()));
  }

  /** Groups read back from disk are given as lists up to so many bytes. */
  long heldGroupBytes() {
    return Math.max(tuning.leastRun(), budget.limit() / 16);
  }

  int fanIn() {
    return tuning.fanIn();
  }

  void groupingOpened() {
    openGroupings.incrementAndGet();
  }

  void groupingClosed() {
    openGroupings.decrementAndGet();
  }

  int slabBytes() {
    return tuning.slab();
  }

  SpillWriter spillWriter(RecordFormat format) {
    return new SpillWriter(spillFiles, format.keeping(), tuning.slab());
  }

  Block spill(RecordFormat format, ChunkedBytes bytes) throws IOException {
    return spillFiles.append(format, bytes);
  }

  /** How many spill files exist. */
  public int spillFiles() {
    return spillFiles.count() + runFiles.count();
  }

  @Override
  public void close() {
    spillFiles.close();
    runFiles.close();
  }
}
