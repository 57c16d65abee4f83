package dev.sluice.translation.operator.pardo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.reflect.DoFnInvokers;
import org.apache.beam.sdk.util.SerializableUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DoFn instances of one step in this executor: deserialized copies, set up, each lent to one
 * operator at a time. There are as many as operators of the step ever worked at the same moment.
 * Any thread.
 *
 * <p>An instance ends in {@code @Teardown} exactly once: when it is discarded after a failure, or
 * when the pool is closed, which is at the job's end, however it ends.
 */
final class DoFnPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DoFnPool.class);

  private final String stepName;
  private final byte[] serializedFn;
  private final PipelineOptions options;

  // few: at most one per thread that works
  @GuardedBy("this")
  private final List<DoFn<Object, Object>> idle = new ArrayList<>();

  @GuardedBy("this")
  private boolean closed;

  DoFnPool(String stepName, byte[] serializedFn, PipelineOptions options) {
    this.stepName = stepName;
    this.serializedFn = serializedFn;
    this.options = options;
  }

  /**
   * Lends an instance that has been set up.
   *
   * @param preferred the one to take if it is free, or null
   * @throws RuntimeException what deserialization or {@code @Setup} threw; the instance has been
   *     torn down
   */
  DoFn<Object, Object> borrow(DoFn<Object, Object> preferred) {
    DoFn<Object, Object> free = takeIdle(preferred);
    return free != null ? free : makeInstance();
  }

  /** Takes an instance back that may be lent again. */
  void giveBack(DoFn<Object, Object> fn) {
    synchronized (this) {
      if (!closed) {
        idle.add(fn);
        return;
      }
    }
    discard(fn);
  }

  /**
   * Takes an instance back that nobody may call again, and tears it down.
   *
   * @throws RuntimeException what {@code @Teardown} threw
   */
  void discard(DoFn<Object, Object> fn) {
    DoFnInvokers.invokerFor(fn).invokeTeardown();
  }

  /** Tears down every instance that is not lent; those that are will be when they come back. */
  @Override
  public void close() throws Exception {
    List<DoFn<Object, Object>> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(idle);
      idle.clear();
    }
    // no batch reports any more what is counted here, but user code must find a container
    try (Closeable scope =
        MetricsEnvironment.scopedMetricsContainer(new MetricsContainerImpl(stepName))) {
      all.forEach(this::tearDownAtEnd);
    }
  }

  private void tearDownAtEnd(DoFn<Object, Object> fn) {
    try {
      discard(fn);
    } catch (RuntimeException e) {
      LOG.warn("@Teardown of step {} failed; the job's result is not changed by it", stepName, e);
    }
  }

  private synchronized DoFn<Object, Object> takeIdle(DoFn<Object, Object> preferred) {
    for (int i = 0; i < idle.size(); i++) {
      // by identity: a user's DoFn may call itself equal to another
      if (idle.get(i) == preferred) {
        return idle.remove(i);
      }
    }
    return idle.isEmpty() ? null : idle.remove(idle.size() - 1);
  }

  @SuppressWarnings("unchecked") // what was serialized is a DoFn; types are erased from here on
  private DoFn<Object, Object> makeInstance() {
    DoFn<Object, Object> fn =
        (DoFn<Object, Object>)
            SerializableUtils.deserializeFromByteArray(serializedFn, "DoFn of " + stepName);
    DoFnInvokers.tryInvokeSetupFor(fn, options);
    return fn;
  }
}
