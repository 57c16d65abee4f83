package dev.sluice.executor.net;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.IOException;

/** Objects of user classes, as bytes that only the class loader of the job reads. */
final class OpaqueCodec extends FieldCodec {
  private final Class<?> type;

  OpaqueCodec(Class<?> type) {
    this.type = type;
  }

  @Override
  void write(MessageKryo kryo, Output out, Object value) {
    ScalarCodecs.writeBytes(out, value == null ? null : bytesOf(kryo, value));
  }

  private static byte[] bytesOf(MessageKryo kryo, Object value) {
    if (value instanceof UnreadObject unread) {
      return unread.bytes();
    }
    try {
      return kryo.opaque().write(value);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new IllegalArgumentException(
          "cannot serialize an object of " + value.getClass() + ": " + e, e);
    }
  }

  @Override
  Object read(MessageKryo kryo, Input in) {
    byte[] bytes = ScalarCodecs.readBytes(in);
    if (bytes == null) {
      return null;
    }
    ClassLoader loader = kryo.loader();
    if (loader == null) {
      return instead(bytes, new ClassNotFoundException("there is no class loader for the job"));
    }
    try {
      Object value = kryo.opaque().read(bytes, loader);
      return type.cast(value);
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      return instead(bytes, e);
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
      throw unreadable(e);
    }
  }

  private Object instead(byte[] bytes, Throwable missing) {
    if (type != Object.class) {
      throw unreadable(missing);
    }
    return new UnreadObject(bytes);
  }

  private Unreadable unreadable(Throwable cause) {
    return new Unreadable(new UnreadableException("cannot read a " + type.getSimpleName(), cause));
  }

  /** Carries an {@link UnreadableException} through Kryo. */
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreadable(UnreadableException cause) {
      super(cause.getMessage(), cause, false, false);
    }
  }
}
