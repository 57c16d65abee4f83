package dev.sluice.executor.block;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.executor.common.Storage;
import java.io.IOException;

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

  /** Makes a grouping that spills. */
  public Grouping grouping(RecordCodec valueCodec) {
    return new HeldGrouping();
  }

  /** The budget. */
  public MemoryBudget budget() {
    return budget;
  }

  Reservation reservation() {
    return new Reservation(budget);
  }

  long leastSpill() {
    return tuning.leastSpill();
  }

  int slabBytes() {
    return tuning.slab();
  }

  SpillWriter spillWriter(RecordFormat format) {
    return new SpillWriter(spillFiles, format, tuning.slab());
  }

  Block spill(RecordFormat format, ChunkedBytes bytes) throws IOException {
    return spillFiles.append(format, bytes);
  }

  /** How many spill files exist. */
  public int spillFiles() {
    return spillFiles.count();
  }

  @Override
  public void close() {
    spillFiles.close();
  }
}
