package dev.sluice.executor.net;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.IOException;

/**
 * Exceptions, twice: as text, and in Java serialization if that is possible. The second is read
 * where its classes are there; the first makes a substitute.
 */
final class ThrowableCodec extends FieldCodec {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_FRAMES = 1024;

  /** A larger object graph is not worth it. */
  private static final int MAX_SERIALIZED = 4 << 20;

  private final Class<?> type;

  ThrowableCodec(Class<?> type) {
    this.type = type;
  }

  @Override
  void write(MessageKryo kryo, Output out, Object value) {
    Throwable throwable = (Throwable) value;
    writeText(out, throwable, 0);
    if (throwable != null) {
      ScalarCodecs.writeBytes(out, serialized(throwable));
    }
  }

  private static byte[] serialized(Throwable throwable) {
    try {
      byte[] bytes = new JavaObjects().write(throwable);
      return bytes.length > MAX_SERIALIZED ? null : bytes;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return null; // the text has everything that can be said
    }
  }

  @Override
  Object read(MessageKryo kryo, Input in) {
    Throwable substitute = readText(in, 0);
    if (substitute == null) {
      return null;
    }
    byte[] bytes = ScalarCodecs.readBytes(in);
    Object original = bytes == null ? null : original(kryo, bytes);
    return type.isInstance(original) ? original : substitute;
  }

  private static Object original(MessageKryo kryo, byte[] bytes) {
    ClassLoader loader = kryo.loader();
    try {
      return new JavaObjects()
          .read(bytes, loader == null ? ThrowableCodec.class.getClassLoader() : loader);
    } catch (IOException
        | ClassNotFoundException
        | RuntimeException
        | LinkageError
        | StackOverflowError e) {
      return null; // the substitute says it all
    }
  }

  private static void writeText(Output out, Throwable throwable, int depth) {
    boolean present = throwable != null && depth < MAX_DEPTH;
    out.writeBoolean(present);
    if (!present) {
      return;
    }
    ScalarCodecs.writeText(
        out,
        throwable instanceof SubstituteException substitute
            ? substitute.originalClass()
            : throwable.getClass().getName());
    ScalarCodecs.writeText(out, throwable.getMessage());
    StackTraceElement[] trace = throwable.getStackTrace();
    int frames = Math.min(MAX_FRAMES, trace.length);
    writeLength(out, frames);
    for (int i = 0; i < frames; i++) {
      ScalarCodecs.writeText(out, trace[i].getClassName());
      ScalarCodecs.writeText(out, trace[i].getMethodName());
      ScalarCodecs.writeText(out, trace[i].getFileName());
      out.writeVarInt(trace[i].getLineNumber(), false);
    }
    writeText(out, throwable.getCause(), depth + 1);
    Throwable[] suppressed = throwable.getSuppressed();
    int count = depth < 2 ? suppressed.length : 0;
    writeLength(out, count);
    for (int i = 0; i < count; i++) {
      writeText(out, suppressed[i], Math.max(depth + 1, MAX_DEPTH - 4));
    }
  }

  private static Throwable readText(Input in, int depth) {
    if (depth > MAX_DEPTH) {
      throw new MalformedException("an exception with more than " + MAX_DEPTH + " causes");
    }
    if (!in.readBoolean()) {
      return null;
    }
    String className = ScalarCodecs.readText(in);
    String message = ScalarCodecs.readText(in);
    StackTraceElement[] trace = new StackTraceElement[Math.max(0, readLength(in))];
    for (int i = 0; i < trace.length; i++) {
      trace[i] =
          new StackTraceElement(
              notNull(ScalarCodecs.readText(in)),
              notNull(ScalarCodecs.readText(in)),
              ScalarCodecs.readText(in),
              in.readVarInt(false));
    }
    SubstituteException substitute =
        new SubstituteException(notNull(className), message, readText(in, depth + 1));
    substitute.setStackTrace(trace);
    int suppressed = readLength(in);
    for (int i = 0; i < suppressed; i++) {
      Throwable each = readText(in, depth + 1);
      if (each != null) {
        substitute.addSuppressed(each);
      }
    }
    return substitute;
  }

  private static String notNull(String text) {
    if (text == null) {
      throw new MalformedException("an exception without a name");
    }
    return text;
  }
}
