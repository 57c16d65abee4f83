package dev.sluice.executor.state;

/**
 * The format of a snapshot object, version 1. All integers are big-endian; a string is its length
 * (int32) and its bytes in UTF-8.
 *
 * <pre>
 *   object = header slice* end
 *
 *   header:
 *   0         4           6         10                                              10 + n
 *   ┌─────────┬───────────┬─────────┬───────────────────────────────────────────────┬────────────┐
 *   │ "SLSS"  │ version   │ n       │ name of the hash of keys (string)             │ CRC32C of  │
 *   │ int32   │ int16     │ int32   │ key groups (int32)                            │ 0 .. 9 + n │
 *   │         │           │         │ job name, job id (strings), run (int32)       │ int32      │
 *   │         │           │         │ batch (int64), stage (string)                 │            │
 *   │         │           │         │ partition (int32), parent (string; "": full)  │            │
 *   └─────────┴───────────┴─────────┴───────────────────────────────────────────────┴────────────┘
 *
 *   slice: some rows of one table
 *   0         4           8         12           16
 *   ┌─────────┬───────────┬─────────┬────────────┬────────────────┬──────────────────────────────┐
 *   │ "ROWS"  │ rows      │ length  │ CRC32C of  │ table (string) │ row *                        │
 *   │ int32   │ int32     │ of body │ 0 .. 11    │                │                              │
 *   │         │           │ int32   │ and body   │                │                              │
 *   └─────────┴───────────┴─────────┴────────────┴────────────────┴──────────────────────────────┘
 *                                                 body
 *   row:
 *   ┌───────────┬───────────────┬─────────────────────────┬───────┬─────────┐
 *   │ key group │ length of key │ length of value int32   │ key … │ value … │
 *   │ int32     │ int32         │ (-1: the row is gone)   │       │         │
 *   └───────────┴───────────────┴─────────────────────────┴───────┴─────────┘
 *
 *   end:
 *   ┌─────────┬──────────────┬───────────┐
 *   │ "ENDS"  │ rows in all  │ CRC32C of │
 *   │ int32   │ int64        │ 0 .. 11   │
 *   └─────────┴──────────────┴───────────┘
 * </pre>
 *
 * <p>Rows are in strict order of address: table, key group (-1 first: no key), key. Nothing follows
 * the end.
 */
final class SnapshotFile {
  static final int MAGIC = 0x534c5353;
  static final int VERSION = 1;
  static final int SLICE = 0x524f5753;
  static final int END = 0x454e4453;

  /** Bytes of the header before its fields, of a slice before its body, of the end. */
  static final int HEADER_START = 10;

  static final int SLICE_START = 16;
  static final int END_LENGTH = 16;

  /** No header is larger. */
  static final int MAX_FIELDS = 1 << 20;

  /** A slice ends once its body has so many bytes. */
  static final int SLICE_BYTES = 256 << 10;

  private SnapshotFile() {}
}
