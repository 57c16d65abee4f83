package dev.sluice.executor.net;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.sluice.executor.api.JobGraph;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes and reads values of one declared type. Whatever a length says, no more is allocated than a
 * small multiple of the bytes that are really there: every element takes a byte or more. Stateless.
 */
abstract class FieldCodec {
  abstract void write(MessageKryo kryo, Output out, Object value);

  abstract Object read(MessageKryo kryo, Input in);

  /**
   * The codec of a type.
   *
   * @throws IllegalArgumentException if values of the type cannot be sent
   */
  static FieldCodec of(Type type) {
    if (type instanceof Class<?> plain) {
      return ofClass(plain);
    }
    if (type instanceof ParameterizedType parameterized) {
      return ofParameterized(
          (Class<?>) parameterized.getRawType(), parameterized.getActualTypeArguments());
    }
    if (type instanceof WildcardType wildcard && wildcard.getUpperBounds().length == 1) {
      return of(wildcard.getUpperBounds()[0]);
    }
    if (type instanceof GenericArrayType array) {
      throw new IllegalArgumentException(array + ": send a list in its place");
    }
    throw new IllegalArgumentException(type + " cannot be sent");
  }

  private static FieldCodec ofClass(Class<?> type) {
    FieldCodec scalar = ScalarCodecs.of(type);
    if (scalar != null) {
      return scalar;
    }
    if (type.isArray()) {
      return new ArrayCodec(type.getComponentType(), of(type.getComponentType()));
    }
    if (Throwable.class.isAssignableFrom(type)) {
      return new ThrowableCodec(type);
    }
    if (type == Object.class || type == JobGraph.class) {
      return new OpaqueCodec(type);
    }
    if (type.isInterface() && !type.getName().startsWith("java.")) {
      return new AnyOfTableCodec(type);
    }
    if (type.getName().startsWith("java.") || type.getTypeParameters().length > 0) {
      throw new IllegalArgumentException(type + " cannot be sent");
    }
    return new OneOfTableCodec(type);
  }

  private static FieldCodec ofParameterized(Class<?> raw, Type[] arguments) {
    if (raw == List.class || raw == Collection.class) {
      return new CollectionCodec(of(arguments[0]), Collections::unmodifiableList);
    }
    if (raw == Set.class) {
      return new CollectionCodec(
          of(arguments[0]), list -> Collections.unmodifiableSet(new LinkedHashSet<>(list)));
    }
    if (raw == SortedSet.class) {
      return new CollectionCodec(
          of(arguments[0]), list -> Collections.unmodifiableSortedSet(new TreeSet<>(list)));
    }
    if (raw == Map.class) {
      return new MapCodec(
          of(arguments[0]),
          of(arguments[1]),
          map -> Collections.unmodifiableMap(new LinkedHashMap<>(map)));
    }
    if (raw == SortedMap.class) {
      return new MapCodec(
          of(arguments[0]),
          of(arguments[1]),
          map -> Collections.unmodifiableSortedMap(new TreeMap<>(map)));
    }
    if (raw == Optional.class) {
      return new OptionalCodec(of(arguments[0]));
    }
    throw new IllegalArgumentException(raw + " cannot be sent");
  }

  /** Writes a length; -1 stands for null. */
  static void writeLength(Output out, int length) {
    out.writeVarInt(length + 1, true);
  }

  /** Reads a length, of elements of at least a byte each. */
  static int readLength(Input in) {
    int length = in.readVarInt(true) - 1;
    int left = in.limit() - in.position();
    if (length < -1 || length > left) {
      throw new MalformedException(
          "a length of " + length + " where only " + left + " bytes are left");
    }
    return length;
  }

  /** A concrete class of the table. */
  private static final class OneOfTableCodec extends FieldCodec {
    private final Class<?> type;

    OneOfTableCodec(Class<?> type) {
      this.type = type;
    }

    @Override
    void write(MessageKryo kryo, Output out, Object value) {
      kryo.writeObjectOrNull(out, value, type);
    }

    @Override
    Object read(MessageKryo kryo, Input in) {
      return kryo.readObjectOrNull(in, type);
    }
  }

  /** Any class of the table that implements an interface. */
  private static final class AnyOfTableCodec extends FieldCodec {
    private final Class<?> type;

    AnyOfTableCodec(Class<?> type) {
      this.type = type;
    }

    @Override
    void write(MessageKryo kryo, Output out, Object value) {
      kryo.writeClassAndObject(out, value);
    }

    @Override
    Object read(MessageKryo kryo, Input in) {
      Object value = kryo.readClassAndObject(in);
      if (value != null && !type.isInstance(value)) {
        throw new MalformedException(value.getClass() + " where " + type + " is expected");
      }
      return value;
    }
  }

  /** A value or none. */
  private static final class OptionalCodec extends FieldCodec {
    private final FieldCodec value;

    OptionalCodec(FieldCodec value) {
      this.value = value;
    }

    @Override
    void write(MessageKryo kryo, Output out, Object optional) {
      boolean present = ((Optional<?>) optional).isPresent();
      out.writeBoolean(present);
      if (present) {
        value.write(kryo, out, ((Optional<?>) optional).get());
      }
    }

    @Override
    Object read(MessageKryo kryo, Input in) {
      return in.readBoolean() ? Optional.ofNullable(value.read(kryo, in)) : Optional.empty();
    }
  }
}
