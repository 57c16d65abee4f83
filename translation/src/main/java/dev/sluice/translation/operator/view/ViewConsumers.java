package dev.sluice.translation.operator.view;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far the readers of a view have come in this executor. Without this nothing could be forgotten
 * safely: a main input may lag behind the view by any amount. Readers report while the view is
 * folded; whichever report a fold happens to see, it forgets only what no reader asks for any more,
 * so the results do not depend on it (DESIGN C1). Any thread.
 */
final class ViewConsumers {
  private final Map<Object, Long> reached = new ConcurrentHashMap<>();

  /** Reader {@code consumer} will not ask for side input windows that end before {@code end}. */
  void report(Object consumer, long end) {
    reached.merge(consumer, end, Math::max);
  }

  /** Reader {@code consumer} will not ask for anything any more. */
  void leave(Object consumer) {
    reached.remove(consumer);
  }

  /** No reader asks for windows that end before this; the minimum while none has reported. */
  long reached() {
    long least = Long.MAX_VALUE;
    boolean any = false;
    for (long end : reached.values()) {
      least = Math.min(least, end);
      any = true;
    }
    return any ? least : Long.MIN_VALUE;
  }
}
