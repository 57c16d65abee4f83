package dev.sluice.translation.operator.pardo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandle;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Copies of {@link DirectCall} that no running job has, by the step that had them: a pipeline that
 * runs again in the same JVM, as in tests and benchmarks, finds its code compiled. Any thread.
 *
 * <p>They are few, at about 10 KB each, and keep no class of a user alive.
 */
final class IdleCopies {
  static final int MAX = 200;

  private record Idle(WeakReference<Class<?>> fn, MethodHandle make) {}

  // those that were given back last come last
  @GuardedBy("this")
  private final Map<String, Idle> byStep = new LinkedHashMap<>();

  /** Takes the copy that a step of this name had for this very DoFn class, or null. */
  synchronized MethodHandle take(String stepName, Class<?> fn) {
    Idle idle = byStep.get(stepName);
    if (idle == null || !idle.fn().refersTo(fn)) {
      return null;
    }
    byStep.remove(stepName);
    return idle.make();
  }

  /** Gives a copy back; the one longest unused goes if there are too many. */
  synchronized void put(String stepName, Class<?> fn, MethodHandle make) {
    byStep.remove(stepName);
    byStep.put(stepName, new Idle(new WeakReference<>(fn), make));
    if (byStep.size() > MAX) {
      byStep.remove(byStep.keySet().iterator().next());
    }
  }

  synchronized int size() {
    return byStep.size();
  }
}
