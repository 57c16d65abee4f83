package dev.sluice.executor.net;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Array;

/** Arrays, element by element. */
final class ArrayCodec extends FieldCodec {
  private final Class<?> componentType;
  private final FieldCodec element;

  ArrayCodec(Class<?> componentType, FieldCodec element) {
    this.componentType = componentType;
    this.element = element;
  }

  @Override
  void write(MessageKryo kryo, Output out, Object array) {
    int length = array == null ? -1 : Array.getLength(array);
    writeLength(out, length);
    for (int i = 0; i < length; i++) {
      element.write(kryo, out, Array.get(array, i));
    }
  }

  @Override
  Object read(MessageKryo kryo, Input in) {
    int length = readLength(in);
    if (length < 0) {
      return null;
    }
    Object array = Array.newInstance(componentType, length);
    for (int i = 0; i < length; i++) {
      Array.set(array, i, element.read(kryo, in));
    }
    return array;
  }
}
