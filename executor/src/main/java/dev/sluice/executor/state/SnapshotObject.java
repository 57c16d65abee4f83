package dev.sluice.executor.state;

import java.util.List;

/**
 * An object that was written.
 *
 * @param name its name in the storage
 * @param length its bytes
 * @param crc32c CRC32C of all of them
 * @param rows how many rows it has, tombstones included
 * @param unkeyedRows how many of them belong to the partition and not to a key
 * @param tables the tables of its rows, in order
 * @param parent name of the object that its rows change; null if these are all rows
 */
public record SnapshotObject(
    String name,
    long length,
    int crc32c,
    long rows,
    long unkeyedRows,
    List<String> tables,
    String parent) {
  /** Copies the tables. */
  public SnapshotObject {
    tables = List.copyOf(tables);
  }

  /** Whether the object has all rows, not only those that changed. */
  public boolean full() {
    return parent == null;
  }
}
