package dev.sluice.executor.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Successive records of a block as bytes, drawn at {@link Block#crc32c()}: what is sent and copied.
 * Valid until its block is drained or released; reading changes nothing.
 */
public sealed interface EncodedPiece permits EncodedBlock, SpilledBlock {
  /** How many records there are. */
  long records();

  /** CRC32C of the bytes. */
  int crc32c();

  /**
   * The bytes, in order: where they are, if in memory, so nobody writes to them; else read from the
   * disk.
   *
   * @throws IOException if they cannot be read, or the block has been drained or released
   */
  List<ByteBuffer> load() throws IOException;
}
