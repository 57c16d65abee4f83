package dev.sluice.executor.block;

import dev.sluice.executor.api.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slabs of blocks that did not fit into memory. Slabs of many blocks follow each other in one
 * file; the file is deleted when the last of them is released. Any thread may append or release;
 * slabs are written one at a time.
 *
 * <pre>
 *   file = slab*
 *
 *   slab:
 *   0            4            8             12            16
 *   ┌────────────┬────────────┬─────────────┬─────────────┬───────────────────────────
 *   │ "SLSB"     │ records    │ length of   │ CRC32C of   │ encoded records, each with
 *   │            │ int32      │ body, int32 │ body, int32 │ its length before it …
 *   └────────────┴────────────┴─────────────┴─────────────┴───────────────────────────
 *                                                          body; all integers big-endian
 * </pre>
 */
final class SpillFiles {
  private static final Logger log = LoggerFactory.getLogger(SpillFiles.class);

  static final int MAGIC = 0x534c5342;
  static final int HEADER = 16;

  private final Storage storage;
  private final String prefix;
  private final long fileBytes;

  /** Files that exist. */
  private final Set<SpillFile> files = new LinkedHashSet<>();

  private SpillFile current;
  private int created;
  private boolean closed;

  SpillFiles(Storage storage, String prefix, long fileBytes) {
    this.storage = storage;
    this.prefix = prefix;
    this.fileBytes = fileBytes;
  }

  Storage storage() {
    return storage;
  }

  /** Writes the records as one slab. */
  synchronized SpilledBlock append(RecordFormat format, ChunkedBytes bytes) throws IOException {
    if (bytes.bytes() > Integer.MAX_VALUE) {
      throw new RecordCodecException(
          format.name() + ": " + bytes.bytes() + " bytes in one slab; records are too large", null);
    }
    CRC32C checksum = new CRC32C();
    bytes.updateChecksum(checksum);
    SpillFile file = writable();
    long offset = file.length;
    try {
      byte[] header = new byte[HEADER];
      BigEndian.putInt(header, 0, MAGIC);
      BigEndian.putInt(header, 4, bytes.records());
      BigEndian.putInt(header, 8, (int) bytes.bytes());
      BigEndian.putInt(header, 12, (int) checksum.getValue());
      file.out.write(header);
      bytes.writeTo(file.out);
      file.out.flush();
    } catch (IOException e) {
      retire();
      throw SpillException.cannotWrite(storage, HEADER + bytes.bytes(), e);
    }
    file.length += HEADER + bytes.bytes();
    file.slabs++;
    return new SpilledBlock(
        this,
        file,
        offset,
        (int) bytes.bytes(),
        bytes.records(),
        (int) checksum.getValue(),
        format);
  }

  private SpillFile writable() throws IOException {
    if (closed) {
      throw new IOException("the block store is closed");
    }
    if (current != null && current.length >= fileBytes) {
      retire();
    }
    if (current == null) {
      String name = prefix + "blocks-" + created++;
      try {
        current = new SpillFile(name, storage.create(name));
      } catch (IOException e) {
        deleteQuietly(name);
        throw SpillException.cannotWrite(storage, HEADER, e);
      }
      files.add(current);
    }
    return current;
  }

  /** Ends the current file; what is in it stays as long as it is wanted. */
  private void retire() {
    SpillFile file = current;
    current = null;
    if (file != null) {
      closeQuietly(file);
      if (file.slabs == 0) {
        delete(file);
      }
    }
  }

  synchronized void release(SpillFile file) {
    file.slabs--;
    if (file.slabs == 0 && file != current) {
      delete(file);
    } else if (file.slabs == 0) {
      retire(); // begins anew rather than keep what nobody reads
    }
  }

  private void delete(SpillFile file) {
    if (files.remove(file)) {
      deleteQuietly(file.name);
    }
  }

  private void deleteQuietly(String name) {
    try {
      storage.delete(name);
    } catch (IOException e) {
      log.warn(
          "cannot delete {} in {}: it takes up space until the directory is deleted",
          name,
          storage.location(),
          e);
    }
  }

  private void closeQuietly(SpillFile file) {
    try {
      file.out.close();
    } catch (IOException e) {
      log.debug("cannot close {} in {}; every slab was flushed", file.name, storage.location(), e);
    }
  }

  /** How many files exist. */
  synchronized int count() {
    return files.size();
  }

  /** Deletes everything, also what is still wanted. */
  synchronized void close() {
    closed = true;
    if (current != null) {
      closeQuietly(current);
      current = null;
    }
    files.forEach(file -> deleteQuietly(file.name));
    files.clear();
  }

  /** One file; its fields are guarded by the {@link SpillFiles}. */
  static final class SpillFile {
    final String name;
    private final OutputStream out;
    private long length;
    private int slabs;

    SpillFile(String name, OutputStream out) {
      this.name = name;
      this.out = out;
    }
  }
}
