package dev.sluice.executor.block;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * Writes a {@link Run}. Values of one key come in a row. If it is closed without having finished,
 * nothing is left.
 */
final class RunWriter implements AutoCloseable {
  /** A body ends once it has so many bytes. */
  private static final int BODY = 64 << 10;

  private static final int BUFFER = 64 << 10;

  private final RunFiles files;
  private final String name;
  private final OutputStream out;
  private final byte[] header = new byte[Run.HEADER];
  private final CRC32C checksum = new CRC32C();

  /** The entry being made; its key is null before the first. */
  private int hash;

  private byte[] key;
  private ChunkedBytes body = new ChunkedBytes();

  private long length;
  private boolean finished;

  RunWriter(RunFiles files) throws IOException {
    this.files = files;
    this.name = files.newName();
    try {
      this.out = new BufferedOutputStream(files.create(name), BUFFER);
    } catch (IOException e) {
      files.delete(name);
      throw SpillException.cannotWrite(files.storage(), 0, e);
    }
  }

  /** Appends a value to be encoded. */
  void append(int hash, byte[] key, RecordFormat format, Object value) throws IOException {
    begin(hash, key);
    body.append(format, value);
  }

  /** Appends an encoded value. */
  void append(int hash, byte[] key, byte[] value) throws IOException {
    begin(hash, key);
    body.appendEncoded(value);
  }

  private void begin(int nextHash, byte[] nextKey) throws IOException {
    boolean sameKey = nextKey == key; // a key has one array within a table
    if (!sameKey || body.bytes() >= BODY) {
      endEntry();
      hash = nextHash;
      key = nextKey;
    }
  }

  private void endEntry() throws IOException {
    if (body.records() > 0) {
      if (body.bytes() > Integer.MAX_VALUE) {
        throw new IOException("a group's value of " + body.bytes() + " bytes is larger than 2 GB");
      }
      checksum.reset();
      body.updateChecksum(checksum);
      writeHeader(body.records(), (int) body.bytes(), (int) checksum.getValue());
      try {
        body.writeTo(out);
      } catch (IOException e) {
        throw SpillException.cannotWrite(files.storage(), body.bytes(), e);
      }
      length += body.bytes();
      body = new ChunkedBytes();
    }
  }

  /** Copies the entry at which a reader is. */
  void copy(RunReader from) throws IOException {
    hash = from.hash();
    key = from.key();
    byte[] bytes = from.body();
    writeHeader(from.values(), bytes.length, from.bodyChecksum());
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw SpillException.cannotWrite(files.storage(), bytes.length, e);
    }
    length += bytes.length;
  }

  private void writeHeader(int values, int bodyLength, int bodyChecksum) throws IOException {
    BigEndian.putInt(header, 0, hash);
    BigEndian.putInt(header, 4, key.length);
    BigEndian.putInt(header, 8, values);
    BigEndian.putInt(header, 12, bodyLength);
    checksum.reset();
    checksum.update(header, 0, 16);
    checksum.update(key);
    BigEndian.putInt(header, 16, (int) checksum.getValue());
    BigEndian.putInt(header, 20, bodyChecksum);
    try {
      out.write(header);
      out.write(key);
    } catch (IOException e) {
      throw SpillException.cannotWrite(files.storage(), header.length + (long) key.length, e);
    }
    length += header.length + key.length;
  }

  /** Ends the run. */
  Run finish() throws IOException {
    endEntry();
    try {
      out.close();
    } catch (IOException e) {
      throw SpillException.cannotWrite(files.storage(), length, e);
    }
    finished = true;
    return new Run(files, name, length);
  }

  @Override
  public void close() {
    if (!finished) {
      try {
        out.close();
      } catch (IOException e) {
        // what could not be written is deleted now
      }
      files.delete(name);
    }
  }
}
