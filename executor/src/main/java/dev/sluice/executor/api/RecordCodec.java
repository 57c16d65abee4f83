package dev.sluice.executor.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;

/**
 * Writes and reads the records of one edge. The engine never looks into a record; it hands
 * references over inside one process and calls the codec when a record leaves the process or memory
 * (network, spill, replication), or always when {@link JobSettings#encodeAtShuffle()} says so.
 *
 * <p>Encodings must be self-delimiting: {@code decode} consumes exactly the bytes that {@code
 * encode} wrote. Codecs are called by many threads at once and keep no state between calls.
 */
public interface RecordCodec extends Serializable {
  /** What {@link #knownBytes} says of a record the bulk of which is on the local disk. */
  int ON_DISK = -1;

  /**
   * Appends one record.
   *
   * @throws IOException if the record cannot be encoded; this fails the task with the message of
   *     the exception
   */
  void encode(Object record, OutputStream out) throws IOException;

  /**
   * Reads the next record.
   *
   * @throws IOException if the bytes are not a record of this codec
   */
  Object decode(InputStream in) throws IOException;

  /**
   * How many bytes of heap a record takes at least, as far as that can be seen at once, such as by
   * the length of an array; 0 if it cannot. Called for every record that is held by reference:
   * sizes are estimated by encoding samples, which may miss the few large records among many small
   * ones.
   *
   * <p>{@link #ON_DISK} if a part of the record is {@linkplain Spillable#isOnDisk on disk} already.
   * Such a record is kept as it is for as long as it stays in the process, also when others of its
   * block go to disk: it may well be larger than the heap, and its content was encoded and decoded
   * once.
   */
  default int knownBytes(Object record) {
    return 0;
  }
}
