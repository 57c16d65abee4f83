package dev.sluice.executor.task;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.common.Work;
import dev.sluice.executor.common.WorkSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The units that are ready: within a job the oldest batch first, then the deepest stage; between
 * jobs whoever has used the least CPU time (DESIGN C3). May be used by any thread.
 */
public final class RunQueue implements WorkSource {
  /** The queue of one job. */
  static final class JobQueue {
    private final PriorityQueue<Unit> ready = new PriorityQueue<>(URGENCY);
    private long usedNanos;

    private static final Comparator<Unit> URGENCY =
        (a, b) -> {
          int order = Long.compare(a.batch(), b.batch());
          return order != 0 ? order : Integer.compare(b.depth(), a.depth());
        };
  }

  @GuardedBy("this")
  private final List<JobQueue> jobs = new ArrayList<>();

  /**
   * Written under the lock; volatile because a pool compares it with its own state (see {@link
   * WorkSource}).
   */
  private volatile int waiting;

  /** Adds a job; it starts level with the one that has used least. */
  synchronized JobQueue join() {
    JobQueue queue = new JobQueue();
    long least = Long.MAX_VALUE;
    for (JobQueue other : jobs) {
      least = Math.min(least, other.usedNanos);
    }
    queue.usedNanos = least == Long.MAX_VALUE ? 0 : least;
    jobs.add(queue);
    return queue;
  }

  /** Removes a job, whose queue must be empty. */
  synchronized void leave(JobQueue queue) {
    if (!queue.ready.isEmpty()) {
      throw new IllegalStateException(queue.ready.size() + " units are ready in a job that ends");
    }
    jobs.remove(queue);
  }

  synchronized void add(JobQueue queue, Unit unit) {
    queue.ready.add(unit);
    waiting = waiting + 1;
  }

  /** Takes back all units of a job that no thread has taken. */
  synchronized List<Unit> clear(JobQueue queue) {
    List<Unit> units = new ArrayList<>(queue.ready);
    waiting = waiting - units.size();
    queue.ready.clear();
    return units;
  }

  synchronized void used(JobQueue queue, long nanos) {
    queue.usedNanos += nanos;
  }

  @Override
  public synchronized Work take() {
    JobQueue next = null;
    for (JobQueue queue : jobs) {
      if (!queue.ready.isEmpty() && (next == null || queue.usedNanos < next.usedNanos)) {
        next = queue;
      }
    }
    if (next == null) {
      return null;
    }
    waiting = waiting - 1;
    return next.ready.remove();
  }

  @Override
  public int waiting() {
    return waiting;
  }
}
