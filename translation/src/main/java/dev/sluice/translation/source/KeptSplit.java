package dev.sluice.translation.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;

/** Splits as checkpoints keep them: Java-serialized, as sources are sent to executors. */
final class KeptSplit {
  private KeptSplit() {}

  /**
   * Writes a split.
   *
   * @throws IOException if it cannot be serialized
   */
  static byte[] encode(Object split) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(split);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a split.
   *
   * @param like a split that the source makes now, whose classes are the program's
   * @throws IOException if there is none, or if it is not one of this program
   */
  @SuppressWarnings("unchecked") // checked as far as there is something to check
  static <S> S decode(byte[] split, S like) throws IOException {
    if (split == null) {
      throw new IOException("the checkpoint has not kept them");
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (ObjectInputStream in = new LoadedFrom(split, loader)) {
      return (S) like.getClass().cast(in.readObject());
    } catch (ClassNotFoundException | ClassCastException e) {
      throw new IOException("the checkpoint has splits of another source (" + e + ")", e);
    }
  }

  private static final class LoadedFrom extends ObjectInputStream {
    private final ClassLoader loader;

    LoadedFrom(byte[] bytes, ClassLoader loader) throws IOException {
      super(new ByteArrayInputStream(bytes));
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description); // a primitive type, or one of the JDK
      }
    }
  }
}
