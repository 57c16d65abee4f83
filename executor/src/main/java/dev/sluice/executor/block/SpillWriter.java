package dev.sluice.executor.block;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes records to disk, slab by slab. */
final class SpillWriter {
  private final SpillFiles files;
  private final RecordFormat format;
  private final int slabBytes;
  private final List<Block> slabs = new ArrayList<>();
  private ChunkedBytes bytes = new ChunkedBytes();

  SpillWriter(SpillFiles files, RecordFormat format, int slabBytes) {
    this.files = files;
    this.format = format;
    this.slabBytes = slabBytes;
  }

  void append(Object record) throws IOException {
    bytes.append(format, record);
    if (bytes.bytes() >= slabBytes) {
      endSlab();
    }
  }

  private void endSlab() throws IOException {
    slabs.add(files.append(format, bytes));
    bytes = new ChunkedBytes();
  }

  /** Ends and returns what was written. */
  List<Block> finish() throws IOException {
    if (bytes.records() > 0) {
      endSlab();
    }
    return slabs;
  }

  /** Throws away what was written. */
  void abort() {
    slabs.forEach(Block::release);
    slabs.clear();
  }
}
