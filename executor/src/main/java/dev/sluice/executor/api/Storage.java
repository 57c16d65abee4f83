package dev.sluice.executor.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Named sequences of bytes: a disk, a bucket, or memory (DESIGN C9). Names are relative and may
 * contain {@code /}.
 *
 * <p>Very little is asked for, so that object stores fit: a name is written once and never again,
 * nothing is renamed, and nothing relies on the atomicity of anything but that a reader sees the
 * bytes of a stream that has been closed. A writer that dies leaves a shorter object or none;
 * whoever needs more certainty stores lengths and checksums.
 *
 * <p>All methods may be called by any thread.
 */
public interface Storage {
  /** Where this is, for people: the directory or address that errors name. */
  String location();

  /**
   * Makes an object and returns the stream that appends to it. The bytes can be read once the
   * stream is closed; local storages, which alone are used for spilling, show them after {@link
   * OutputStream#flush} already. Unbuffered: write large pieces.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken and this storage can tell
   * @throws IOException if it cannot be written
   */
  OutputStream create(String name) throws IOException;

  /**
   * Opens a range of an object. The stream ends after {@code length} bytes, or earlier where the
   * object does. Unbuffered.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such object
   * @throws IOException if it cannot be read
   */
  InputStream read(String name, long offset, long length) throws IOException;

  /**
   * The length of an object in bytes.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such object
   * @throws IOException if it cannot be found out
   */
  long length(String name) throws IOException;

  /**
   * The names of all objects that begin with {@code prefix}, in the order of {@link
   * String#compareTo}; none if nothing was ever created.
   */
  List<String> list(String prefix) throws IOException;

  /** Deletes an object, also one that is being read or written; does nothing if there is none. */
  void delete(String name) throws IOException;
}
