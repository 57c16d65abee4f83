package dev.sluice.executor.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Hands objects of users over by reference, for executors in one JVM whose programs share what the
 * test looks at.
 */
public final class ByReference implements Opaque {
  private final List<Object> objects = new CopyOnWriteArrayList<>();

  @Override
  public synchronized byte[] write(Object object) {
    objects.add(object);
    return ByteBuffer.allocate(Integer.BYTES).putInt(objects.size() - 1).array();
  }

  @Override
  public Object read(byte[] bytes, ClassLoader loader) throws IOException {
    int place = ByteBuffer.wrap(bytes).getInt();
    if (place < 0 || place >= objects.size()) {
      throw new IOException("no object " + place);
    }
    return objects.get(place);
  }
}
