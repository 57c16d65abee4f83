package dev.sluice.executor.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * A file of groups in {@link Group#ORDER}. Stays while somebody refers to it: the grouping that
 * wrote it, and values that are read from it. Any thread may retain and release.
 *
 * <pre>
 *   run = entry*           a key with many values has several entries in a row
 *
 *   entry:
 *   0        4          8         12        16          20        24
 *   ┌────────┬──────────┬─────────┬─────────┬───────────┬─────────┬───────┬──────────────────────────
 *   │ hash   │ length   │ values  │ length  │ CRC32C of │ CRC32C  │ key … │ encoded values, each with
 *   │ int32  │ of key   │ int32   │ of body │ 0..15 and │ of body │       │ its length before it …
 *   │        │ int32    │         │ int32   │ key       │         │       │
 *   └────────┴──────────┴─────────┴─────────┴───────────┴─────────┴───────┴──────────────────────────
 *                                                                          body; integers big-endian
 * </pre>
 */
final class Run {
  /** Bytes of an entry before its key. */
  static final int HEADER = 24;

  private final RunFiles files;
  private final String name;
  private final long length;

  @GuardedBy("this")
  private int references = 1;

  Run(RunFiles files, String name, long length) {
    this.files = files;
    this.name = name;
    this.length = length;
  }

  String name() {
    return name;
  }

  /** Bytes of the file. */
  long length() {
    return length;
  }

  synchronized void retain() {
    references++;
  }

  void release() {
    boolean last;
    synchronized (this) {
      last = --references == 0;
    }
    if (last) {
      files.delete(name);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
