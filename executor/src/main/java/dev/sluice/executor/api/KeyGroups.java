package dev.sluice.executor.api;

/**
 * Key groups: the fixed number of buckets that keyed state is divided into. A partition owns a
 * range of them, so that a job can be resumed with another number of partitions.
 *
 * <p>The hash of encoded keys is part of the checkpoint format: <b>murmur3_32 with seed 0</b> over
 * the bytes of the encoded key ({@link #hash}).
 */
public final class KeyGroups {
  /** Name of {@link #hash} in checkpoints. */
  public static final String HASH_NAME = "murmur3_32/0";

  private KeyGroups() {}

  /** Returns the key group of a hash, from 0 (inclusive) to {@code maxParallelism} (exclusive). */
  public static int groupOf(int hash, int maxParallelism) {
    return (int) (((hash & 0xffffffffL) * maxParallelism) >>> 32);
  }

  /** Returns the partition that owns a key group. */
  public static int partitionOf(int group, int partitions, int maxParallelism) {
    return (int) ((long) group * partitions / maxParallelism);
  }

  /** Returns the partition of a hash when {@code partitions} is at most {@code maxParallelism}. */
  public static int partitionOfHash(int hash, int partitions, int maxParallelism) {
    return partitionOf(groupOf(hash, maxParallelism), partitions, maxParallelism);
  }

  /** Returns murmur3_32 with seed 0 of the bytes. */
  public static int hash(byte[] bytes) {
    return hash(bytes, 0, bytes.length);
  }

  /** Returns murmur3_32 with seed 0 of a range of bytes (A. Appleby, MurmurHash3_x86_32). */
  public static int hash(byte[] bytes, int offset, int length) {
    int h = 0;
    int end = offset + (length & ~3);
    for (int i = offset; i < end; i += 4) {
      int k =
          (bytes[i] & 0xff)
              | (bytes[i + 1] & 0xff) << 8
              | (bytes[i + 2] & 0xff) << 16
              | bytes[i + 3] << 24;
      h ^= scramble(k);
      h = Integer.rotateLeft(h, 13) * 5 + 0xe6546b64;
    }
    int tail = 0;
    for (int i = (length & 3) - 1; i >= 0; i--) {
      tail = tail << 8 | (bytes[end + i] & 0xff);
    }
    h ^= scramble(tail);
    h ^= length;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }

  private static int scramble(int k) {
    return Integer.rotateLeft(k * 0xcc9e2d51, 15) * 0x1b873593;
  }
}
