package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordConsumer;
import java.util.List;

/** Several pieces in order, some on disk and some in memory. */
final class SequenceBlock implements Block {
  private final List<Block> pieces;
  private final long records;
  private final int crc32c;

  SequenceBlock(List<Block> pieces, int crc32c) {
    this.pieces = List.copyOf(pieces);
    this.records = pieces.stream().mapToLong(Block::records).sum();
    this.crc32c = crc32c;
  }

  @Override
  public long records() {
    return records;
  }

  @Override
  public int crc32c() {
    return crc32c;
  }

  @Override
  public List<EncodedPiece> encodedPieces() {
    return pieces.stream().flatMap(piece -> piece.encodedPieces().stream()).toList();
  }

  @Override
  public void read(RecordConsumer consumer) throws Exception {
    for (Block piece : pieces) {
      piece.read(consumer);
    }
  }

  @Override
  public void drain(RecordConsumer consumer) throws Exception {
    try {
      for (Block piece : pieces) {
        piece.drain(consumer);
      }
    } finally {
      release();
    }
  }

  @Override
  public void release() {
    pieces.forEach(Block::release);
  }

  @Override
  public String toString() {
    return pieces.toString();
  }
}
