package dev.sluice.executor.task;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the processors of a job in one executor share. May be used by any thread. */
final class SharedObjects {
  private static final Logger LOG = LoggerFactory.getLogger(SharedObjects.class);

  @GuardedBy("this")
  private final Map<String, Object> objects = new HashMap<>();

  @GuardedBy("this")
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();

  @SuppressWarnings("unchecked") // who asks under a name says what is there
  synchronized <T> T get(String name, Supplier<T> make) {
    Object object = objects.get(name);
    if (object == null) {
      object = make.get();
      objects.put(name, object);
      if (object instanceof AutoCloseable closeable) {
        toClose.push(closeable);
      }
    }
    return (T) object;
  }

  /** Closes what can be closed, the youngest first. */
  synchronized void close() {
    while (!toClose.isEmpty()) {
      AutoCloseable next = toClose.pop();
      try {
        next.close();
      } catch (Throwable e) {
        LOG.warn("cannot close {}", next, e);
      }
    }
    objects.clear();
  }
}
