package dev.sluice.executor.state;

import dev.sluice.executor.api.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/** Compares an object in a storage with what was noted when it was written. */
public final class SnapshotObjectCheck {
  private static final int BUFFER = 64 << 10;

  private SnapshotObjectCheck() {}

  /**
   * Reads an object whole.
   *
   * @return its header
   * @throws SnapshotException if it is missing, or differs in any byte
   */
  public static SnapshotHeader check(Storage storage, SnapshotObject expected) throws IOException {
    String name = expected.name();
    CRC32C checksum = new CRC32C();
    long length;
    try {
      length = storage.length(name);
      if (length == expected.length()) {
        try (InputStream in = storage.read(name, 0, length)) {
          byte[] buffer = new byte[(int) Math.max(1, Math.min(BUFFER, length))];
          for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            checksum.update(buffer, 0, count);
          }
        }
      }
    } catch (IOException e) {
      throw SnapshotException.unreadable(storage, name, e);
    }
    if (length != expected.length()) {
      throw SnapshotException.damaged(
          storage,
          name,
          Math.min(length, expected.length()),
          "it has " + length + " bytes in place of " + expected.length());
    }
    try (SnapshotObjectReader reader = new SnapshotObjectReader(storage, name)) {
      SnapshotHeader header = reader.header();
      if ((int) checksum.getValue() != expected.crc32c()) {
        while (reader.advance()) {
          // finds the place; if it finds none, the object is whole, but another one
        }
        throw SnapshotException.damaged(
            storage, name, 0, "its checksum does not match: it is another object");
      }
      return header;
    }
  }
}
