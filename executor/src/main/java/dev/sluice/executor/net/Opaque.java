package dev.sluice.executor.net;

import java.io.IOException;

/**
 * Writes and reads objects of the user's classes: job graphs, metrics. {@link JavaObjects} in
 * production. Used by many threads.
 */
public interface Opaque {
  /**
   * Writes an object that is not null.
   *
   * @throws IOException if it cannot be written
   */
  byte[] write(Object object) throws IOException;

  /**
   * Reads it in the class loader of its job.
   *
   * @throws ClassNotFoundException if the loader does not have a class
   * @throws IOException if the bytes are no such object
   */
  Object read(byte[] bytes, ClassLoader loader) throws IOException, ClassNotFoundException;
}
