package dev.sluice.executor.transport.control;

/**
 * A file of a job's class path, named by what is in it.
 *
 * @param hash SHA-256 of its bytes, as 64 lower-case hexadecimal digits
 * @param name what it was called, for people
 * @param size its length in bytes
 */
public record StagedFile(String hash, String name, long size) {
  /** Checks. */
  public StagedFile {
    if (!isHash(hash)) {
      throw new IllegalArgumentException("not a SHA-256 in hexadecimal digits: " + hash);
    }
    if (size < 0) {
      throw new IllegalArgumentException("a file of " + size + " bytes");
    }
  }

  /** Whether a text may name a staged file; nothing else ever becomes a path. */
  public static boolean isHash(String text) {
    return text.matches("[0-9a-f]{64}");
  }
}
