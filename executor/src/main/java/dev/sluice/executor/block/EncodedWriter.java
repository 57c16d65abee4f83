package dev.sluice.executor.block;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Encodes each record when it is appended, so that a codec's error comes from the record that
 * causes it. The block becomes pieces of about a slab each, every one of which is held in memory or
 * spilled.
 */
final class EncodedWriter extends BlockWriter {
  /** From so many bytes on the budget is asked as they grow; below it, when the block is sealed. */
  private static final int LOOK_FROM = 16 << 10;

  private final BlockStore store;
  private final RecordFormat edge;

  /** The edge's format for the block that is being written. */
  private RecordFormat format;

  private List<Block> pieces = new ArrayList<>(1);
  private ChunkedBytes bytes = new ChunkedBytes();
  private Reservation reservation;

  /** Over all pieces that are complete. */
  private final CRC32C checksum = new CRC32C();

  EncodedWriter(BlockStore store, RecordFormat format) {
    this.store = store;
    this.edge = format;
    this.format = format.keeping();
    this.reservation = store.reservation();
  }

  @Override
  public void append(Object record) throws Exception {
    bytes.append(format, record);
    if (bytes.bytes() >= store.slabBytes()) {
      endPiece();
    } else if (bytes.capacity() >= LOOK_FROM) {
      reservation.grow();
      if (!reservation.tryGrowTo(bytes.capacity()) && bytes.bytes() >= store.leastSpill()) {
        endPiece();
      }
    }
  }

  private void endPiece() throws Exception {
    bytes.updateChecksum(checksum);
    try {
      if (!reservation.tryGrowTo(bytes.capacity())) {
        if (bytes.bytes() >= store.leastPiece()) {
          pieces.add(store.spill(format, bytes));
          reservation.release();
          bytes = new ChunkedBytes();
          return;
        }
        reservation.growTo(bytes.capacity());
      }
    } catch (Throwable e) {
      abort();
      throw e;
    }
    reservation.settle();
    CRC32C own = checksum;
    if (!pieces.isEmpty()) {
      own = new CRC32C();
      bytes.updateChecksum(own);
    }
    pieces.add(new EncodedBlock(format, bytes, (int) own.getValue(), reservation));
    bytes = new ChunkedBytes();
    reservation = store.reservation();
  }

  @Override
  public Block seal() throws Exception {
    if (bytes.records() > 0) {
      endPiece();
    }
    if (pieces.isEmpty()) {
      return Block.EMPTY;
    }
    Block block =
        pieces.size() == 1 ? pieces.get(0) : new SequenceBlock(pieces, (int) checksum.getValue());
    pieces = new ArrayList<>(1);
    format = edge.keeping();
    checksum.reset();
    return block;
  }

  @Override
  public void abort() {
    bytes = new ChunkedBytes();
    reservation.release();
    pieces.forEach(Block::release);
    pieces = new ArrayList<>(1);
    format = edge.keeping();
    checksum.reset();
  }
}
