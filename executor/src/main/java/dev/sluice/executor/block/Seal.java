package dev.sluice.executor.block;

import java.io.Serializable;

/**
 * The end of a block (DESIGN C3).
 *
 * @param records how many records the block has
 * @param crc32c CRC32C of the encoded records, each with its length (see {@link Block#crc32c()}); 0
 *     for a block by reference and for an empty one
 * @param watermark the producer's output watermark after the batch
 */
public record Seal(long records, int crc32c, long watermark) implements Serializable {
  private static final long serialVersionUID = 1;
}
