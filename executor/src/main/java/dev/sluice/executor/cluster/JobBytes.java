package dev.sluice.executor.cluster;

import dev.sluice.executor.net.JavaObjects;
import java.io.IOException;

/** Objects of a job's own classes as bytes, read in its class loader. */
final class JobBytes {
  private static final JavaObjects OBJECTS = new JavaObjects();

  private JobBytes() {}

  /**
   * Writes an object.
   *
   * @throws IOException if it or something in it is not serializable
   */
  static byte[] write(Object object) throws IOException {
    return OBJECTS.write(object);
  }

  /** Writes an object, or gives nothing for one that is null or not serializable. */
  static byte[] writeIfPossible(Object object) {
    try {
      return object == null ? new byte[0] : OBJECTS.write(object);
    } catch (IOException | RuntimeException e) {
      return new byte[0];
    }
  }

  /**
   * Reads an object.
   *
   * @throws IOException if these are not the bytes of one, or a class is missing or does not fit
   */
  static <T> T read(byte[] bytes, Class<T> type, ClassLoader loader) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader); // some classes look for others while they are read
    try {
      return type.cast(OBJECTS.read(bytes, loader));
    } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
      throw new IOException("it cannot be read here: " + e, e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
