package dev.sluice.executor.block;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Goes through the entries of a range of a {@link Run} and checks them. */
final class RunReader implements AutoCloseable {
  private final RunFiles files;
  private final Run run;
  private final long end;
  private final DataInputStream in;
  private final byte[] header = new byte[Run.HEADER];
  private final CRC32C checksum = new CRC32C();

  private int hash;
  private byte[] key = {};
  private int values;
  private int bodyLength;
  private int bodyChecksum;

  /** Where the current entry begins, and where the next does. */
  private long start;

  private long next;
  private boolean bodyRead = true;

  RunReader(RunFiles files, Run run, long offset, long end, int buffer) throws IOException {
    this.files = files;
    this.run = run;
    this.end = end;
    this.next = offset;
    this.in =
        new DataInputStream(new BufferedInputStream(files.read(run, offset, end - offset), buffer));
  }

  /** Goes to the next entry; false at the end. */
  boolean advance() throws IOException {
    try {
      if (!bodyRead) {
        in.skipNBytes(bodyLength);
      }
      start = next;
      if (start == end) {
        return false;
      }
      in.readFully(header);
      hash = BigEndian.getInt(header, 0);
      int keyLength = BigEndian.getInt(header, 4);
      values = BigEndian.getInt(header, 8);
      bodyLength = BigEndian.getInt(header, 12);
      bodyChecksum = BigEndian.getInt(header, 20);
      expect(
          keyLength >= 0
              && bodyLength >= 0
              && values > 0
              && start + Run.HEADER + keyLength + bodyLength <= end,
          "there is no group");
      byte[] read = new byte[keyLength];
      in.readFully(read);
      checksum.reset();
      checksum.update(header, 0, 16);
      checksum.update(read);
      expect(
          (int) checksum.getValue() == BigEndian.getInt(header, 16),
          "the checksum of a key does not match");
      key = Arrays.equals(read, key) ? key : read;
      next = start + Run.HEADER + keyLength + bodyLength;
      bodyRead = false;
      return true;
    } catch (SpillException e) {
      throw e;
    } catch (IOException e) {
      throw SpillException.cannotRead(files.storage(), run.name(), start, e);
    }
  }

  Run run() {
    return run;
  }

  int hash() {
    return hash;
  }

  byte[] key() {
    return key;
  }

  /** How many values the entry has. */
  int values() {
    return values;
  }

  int bodyLength() {
    return bodyLength;
  }

  int bodyChecksum() {
    return bodyChecksum;
  }

  /** Where the entry begins in the file. */
  long start() {
    return start;
  }

  /** Where the next entry begins. */
  long next() {
    return next;
  }

  /** Reads the values of the entry, encoded; once. */
  byte[] body() throws IOException {
    byte[] body = new byte[bodyLength];
    try {
      in.readFully(body);
    } catch (IOException e) {
      throw SpillException.cannotRead(files.storage(), run.name(), start, e);
    }
    bodyRead = true;
    checksum.reset();
    checksum.update(body);
    expect((int) checksum.getValue() == bodyChecksum, "the checksum of values does not match");
    return body;
  }

  private void expect(boolean condition, String otherwise) throws SpillException {
    if (!condition) {
      throw SpillException.cannotRead(files.storage(), run.name(), start, otherwise);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
