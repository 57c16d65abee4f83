package dev.sluice.executor.net;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Collections, in their order of iteration. */
final class CollectionCodec extends FieldCodec {
  private final FieldCodec element;
  private final Function<List<Object>, Collection<Object>> made;

  CollectionCodec(FieldCodec element, Function<List<Object>, Collection<Object>> made) {
    this.element = element;
    this.made = made;
  }

  @Override
  void write(MessageKryo kryo, Output out, Object value) {
    Collection<?> collection = (Collection<?>) value;
    writeLength(out, collection == null ? -1 : collection.size());
    if (collection != null) {
      collection.forEach(each -> element.write(kryo, out, each));
    }
  }

  @Override
  Object read(MessageKryo kryo, Input in) {
    int length = readLength(in);
    if (length < 0) {
      return null;
    }
    List<Object> list = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      list.add(element.read(kryo, in));
    }
    return made.apply(list);
  }
}
