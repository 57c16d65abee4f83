package dev.sluice.executor.net;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Maps, in their order of iteration. */
final class MapCodec extends FieldCodec {
  private final FieldCodec key;
  private final FieldCodec value;
  private final Function<Map<Object, Object>, Map<Object, Object>> made;

  MapCodec(
      FieldCodec key, FieldCodec value, Function<Map<Object, Object>, Map<Object, Object>> made) {
    this.key = key;
    this.value = value;
    this.made = made;
  }

  @Override
  void write(MessageKryo kryo, Output out, Object object) {
    Map<?, ?> map = (Map<?, ?>) object;
    writeLength(out, map == null ? -1 : map.size());
    if (map != null) {
      map.forEach(
          (k, v) -> {
            key.write(kryo, out, k);
            value.write(kryo, out, v);
          });
    }
  }

  @Override
  Object read(MessageKryo kryo, Input in) {
    int length = readLength(in);
    if (length < 0) {
      return null;
    }
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < length; i++) {
      Object k = key.read(kryo, in);
      map.put(k, value.read(kryo, in));
    }
    return made.apply(map);
  }
}
