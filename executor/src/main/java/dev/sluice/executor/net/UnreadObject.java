package dev.sluice.executor.net;

import java.io.IOException;
import java.util.Arrays;

/**
 * An object of a user's class in a process that does not have the class: it can be sent on as it
 * is, and read by who has the class.
 */
public final class UnreadObject {
  private final byte[] bytes;

  UnreadObject(byte[] bytes) {
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes;
  }

  /**
   * Reads it.
   *
   * @throws ClassNotFoundException if the loader does not have a class
   * @throws IOException if the bytes are no such object
   */
  public Object read(Opaque opaque, ClassLoader loader) throws IOException, ClassNotFoundException {
    return opaque.read(bytes, loader);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnreadObject unread && Arrays.equals(bytes, unread.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "an object of " + bytes.length + " bytes whose class is not here";
  }
}
