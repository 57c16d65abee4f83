package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordConsumer;
import java.util.List;

/**
 * The immutable records of one producer partition for one consumer partition in one micro-batch, in
 * the order of emission; in memory, on disk, or both.
 *
 * <p>Made by a {@link BlockWriter}. Used by one thread at a time, with happens-before in between.
 * Whoever owns a block drains or releases it; either hands its memory and disk space back.
 */
public interface Block {
  /** The block without records. */
  Block EMPTY = new EmptyBlock();

  /** The records of several blocks in order, as one block, which owns them. */
  static Block sequence(List<Block> pieces, int crc32c) {
    return switch (pieces.size()) {
      case 0 -> EMPTY;
      case 1 -> pieces.get(0);
      default -> new SequenceBlock(pieces, crc32c);
    };
  }

  /** Whether the block was sealed without a record. */
  default boolean isEmpty() {
    return records() == 0;
  }

  /** With how many records the block was sealed. */
  long records();

  /**
   * CRC32C of the records as they stand in memory, on disk and on the wire if they are encoded; 0
   * for records by reference.
   *
   * <pre>
   *   ┌──────────────────┬─────────────────┐
   *   │ length int32, BE │ encoded record  │ …
   *   └──────────────────┴─────────────────┘
   *   a negative length is the complement of the number of a record that is kept as it is, since it
   *   is on disk already; nothing follows it, and it never leaves the process
   * </pre>
   */
  default int crc32c() {
    return 0;
  }

  /** The seal of this block under a watermark. */
  default Seal seal(long watermark) {
    return new Seal(records(), crc32c(), watermark);
  }

  /**
   * The records as bytes, for who sends or copies the block as it is.
   *
   * @throws UnsupportedOperationException if it holds records by reference
   */
  default List<EncodedPiece> encodedPieces() {
    throw new UnsupportedOperationException(this + " are not encoded");
  }

  /**
   * Gives every record and keeps them: for an input that may be needed again, as when a task is
   * tried again.
   *
   * @throws Exception what the consumer threw, or the disk, or the codec
   */
  void read(RecordConsumer consumer) throws Exception;

  /**
   * Gives every record and hands memory back on the way; however it ends, nothing is left. A second
   * call gives nothing.
   *
   * @throws Exception what the consumer threw, or the disk, or the codec
   */
  void drain(RecordConsumer consumer) throws Exception;

  /** Hands everything back without reading. Does nothing the second time. */
  void release();
}
