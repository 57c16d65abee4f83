package dev.sluice.executor.net;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Writes a record component by component, each by its declared type. */
final class RecordSerializer<T> extends Serializer<T> {
  private final Constructor<T> constructor;
  private final Method[] accessors;
  private final FieldCodec[] codecs;

  /**
   * Prepares.
   *
   * @throws IllegalArgumentException if it is no record, or has a component that cannot be sent
   */
  RecordSerializer(Class<T> type) {
    super(false, true);
    if (!type.isRecord()) {
      throw new IllegalArgumentException(type + " is no record: it needs a serializer of its own");
    }
    RecordComponent[] components = type.getRecordComponents();
    accessors = new Method[components.length];
    codecs = new FieldCodec[components.length];
    for (int i = 0; i < components.length; i++) {
      accessors[i] = components[i].getAccessor();
      accessors[i].setAccessible(true);
      try {
        codecs[i] = FieldCodec.of(components[i].getGenericType());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            type.getName() + "." + components[i].getName() + ": " + e.getMessage(), e);
      }
    }
    constructor = canonical(type, components);
  }

  private static <T> Constructor<T> canonical(Class<T> type, RecordComponent[] components) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new AssertionError("every record has its canonical constructor", e);
    }
  }

  @Override
  public void write(Kryo kryo, Output out, T record) {
    for (int i = 0; i < codecs.length; i++) {
      codecs[i].write((MessageKryo) kryo, out, component(record, i));
    }
  }

  private Object component(T record, int i) {
    try {
      return accessors[i].invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + accessors[i], e);
    }
  }

  @Override
  public T read(Kryo kryo, Input in, Class<? extends T> type) {
    Object[] values = new Object[codecs.length];
    for (int i = 0; i < codecs.length; i++) {
      values[i] = codecs[i].read((MessageKryo) kryo, in);
    }
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new MalformedException(
          "no valid " + type.getSimpleName() + ": " + e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type, e);
    }
  }
}
