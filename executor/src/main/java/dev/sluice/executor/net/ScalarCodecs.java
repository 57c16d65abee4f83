package dev.sluice.executor.net;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Primitives, their boxes, text, bytes and enums. */
final class ScalarCodecs {
  private interface Writing {
    void write(Output out, Object value);
  }

  private interface Reading {
    Object read(Input in);
  }

  private static final Map<Class<?>, FieldCodec> CODECS = new HashMap<>();

  static {
    add(
        int.class,
        Integer.class,
        (o, v) -> o.writeVarInt((int) v, false),
        i -> i.readVarInt(false));
    add(
        long.class,
        Long.class,
        (out, value) -> out.writeVarLong((long) value, false),
        in -> in.readVarLong(false));
    add(
        boolean.class,
        Boolean.class,
        (out, value) -> out.writeBoolean((boolean) value),
        Input::readBoolean);
    add(byte.class, Byte.class, (out, value) -> out.writeByte((byte) value), Input::readByte);
    add(short.class, Short.class, (out, value) -> out.writeShort((short) value), Input::readShort);
    add(char.class, Character.class, (out, value) -> out.writeChar((char) value), Input::readChar);
    add(float.class, Float.class, (out, value) -> out.writeFloat((float) value), Input::readFloat);
    add(
        double.class,
        Double.class,
        (out, value) -> out.writeDouble((double) value),
        Input::readDouble);
    CODECS.put(String.class, new Scalar(ScalarCodecs::writeText, ScalarCodecs::readText));
    CODECS.put(byte[].class, new Scalar(ScalarCodecs::writeBytes, ScalarCodecs::readBytes));
  }

  private ScalarCodecs() {}

  private static void add(Class<?> primitive, Class<?> box, Writing writing, Reading reading) {
    Scalar codec = new Scalar(writing, reading);
    CODECS.put(primitive, codec);
    CODECS.put(box, new Boxed(codec));
  }

  /** The codec of a type, or null. */
  static FieldCodec of(Class<?> type) {
    return type.isEnum() ? new EnumCodec(type.getEnumConstants()) : CODECS.get(type);
  }

  static void writeText(Output out, Object text) {
    writeBytes(out, text == null ? null : ((String) text).getBytes(StandardCharsets.UTF_8));
  }

  static String readText(Input in) {
    byte[] bytes = readBytes(in);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  static void writeBytes(Output out, Object value) {
    byte[] bytes = (byte[]) value;
    FieldCodec.writeLength(out, bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.writeBytes(bytes);
    }
  }

  static byte[] readBytes(Input in) {
    int length = FieldCodec.readLength(in);
    return length < 0 ? null : in.readBytes(length);
  }

  private static final class Scalar extends FieldCodec {
    private final Writing writing;
    private final Reading reading;

    Scalar(Writing writing, Reading reading) {
      this.writing = writing;
      this.reading = reading;
    }

    @Override
    void write(MessageKryo kryo, Output out, Object value) {
      writing.write(out, value);
    }

    @Override
    Object read(MessageKryo kryo, Input in) {
      return reading.read(in);
    }
  }

  private static final class Boxed extends FieldCodec {
    private final FieldCodec value;

    Boxed(FieldCodec value) {
      this.value = value;
    }

    @Override
    void write(MessageKryo kryo, Output out, Object box) {
      out.writeBoolean(box != null);
      if (box != null) {
        value.write(kryo, out, box);
      }
    }

    @Override
    Object read(MessageKryo kryo, Input in) {
      return in.readBoolean() ? value.read(kryo, in) : null;
    }
  }

  private static final class EnumCodec extends FieldCodec {
    private final Object[] constants;

    EnumCodec(Object[] constants) {
      this.constants = constants;
    }

    @Override
    void write(MessageKryo kryo, Output out, Object value) {
      out.writeVarInt(value == null ? 0 : ((Enum<?>) value).ordinal() + 1, true);
    }

    @Override
    Object read(MessageKryo kryo, Input in) {
      int place = in.readVarInt(true);
      if (place < 0 || place > constants.length) {
        throw new MalformedException("place " + place + " in an enum of " + constants.length);
      }
      return place == 0 ? null : constants[place - 1];
    }
  }
}
