package dev.sluice.executor.net;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Java serialization. No array that is announced may be longer than the bytes that are there. */
public final class JavaObjects implements Opaque {
  private static final Map<String, Class<?>> PRIMITIVES =
      Map.of(
          "boolean", boolean.class,
          "byte", byte.class,
          "char", char.class,
          "short", short.class,
          "int", int.class,
          "long", long.class,
          "float", float.class,
          "double", double.class,
          "void", void.class);

  @Override
  public byte[] write(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  @Override
  public Object read(byte[] bytes, ClassLoader loader) throws IOException, ClassNotFoundException {
    try (LoaderInput in = new LoaderInput(new ByteArrayInputStream(bytes), loader)) {
      in.setObjectInputFilter(info -> bounded(info, bytes.length));
      return in.readObject();
    }
  }

  private static ObjectInputFilter.Status bounded(ObjectInputFilter.FilterInfo info, int bytes) {
    // a hash table may ask for an array of twice what it holds
    return info.arrayLength() > 4L * bytes + 64
        ? ObjectInputFilter.Status.REJECTED
        : ObjectInputFilter.Status.UNDECIDED;
  }

  private static final class LoaderInput extends ObjectInputStream {
    private final ClassLoader loader;

    LoaderInput(InputStream in, ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description) throws ClassNotFoundException {
      Class<?> primitive = PRIMITIVES.get(description.getName());
      return primitive != null ? primitive : Class.forName(description.getName(), false, loader);
    }

    @Override
    @SuppressWarnings("deprecation") // the only way to name interfaces of another loader
    protected Class<?> resolveProxyClass(String[] interfaces) throws ClassNotFoundException {
      Class<?>[] classes = new Class<?>[interfaces.length];
      for (int i = 0; i < interfaces.length; i++) {
        classes[i] = Class.forName(interfaces[i], false, loader);
      }
      return Proxy.getProxyClass(loader, classes);
    }
  }
}
