package dev.sluice.executor.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.common.TaskPool;
import dev.sluice.executor.common.Work;
import dev.sluice.executor.common.WorkSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads for units of work: as many are active as there are slots. Work that merely waits must not
 * hold up other work, so while something is queued a monitor counts the threads whose work sleeps
 * or is blocked and lets others stand in for them.
 */
public final class WorkerPool implements TaskPool, AutoCloseable {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** What was expected to cost nothing may wait, too; this is looked at less often. */
  private static final long SLOW_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** So many ticks without anything queued, and the monitor rests. */
  private static final int QUIET_TICKS = 20;

  private final String name;
  private final WorkSource source;
  private final int slots;
  private final int maxSlots;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Deque<Worker> idle = new ArrayDeque<>();

  @GuardedBy("lock")
  private final List<Worker> workers = new ArrayList<>();

  private final Monitor monitor;

  /** Workers that are not idle. Written under the lock. */
  private volatile int active;

  /** How many may be active. Written under the lock. */
  private volatile int allowed;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private int started;

  /** Threads that take their work from {@code source}. */
  public WorkerPool(String name, WorkSource source, int slots, int maxSlots) {
    this.name = name;
    this.source = source;
    this.slots = slots;
    this.maxSlots = Math.max(slots, maxSlots);
    this.allowed = slots;
    this.monitor = new Monitor(name + "-monitor");
    monitor.start();
  }

  @Override
  public void offered(boolean light) {
    if (Thread.currentThread() instanceof Worker worker && worker.takesNext(this)) {
      return;
    }
    if (light && active > 0) {
      return; // whoever is active looks for work before it rests, or lets others help before it
      // works for long
    }
    help();
  }

  /** Lets another worker look for work, if there may be one more. */
  private void help() {
    if (active >= allowed) {
      monitor.watch();
      return;
    }
    synchronized (lock) {
      if (active < allowed) {
        activateOne();
      }
    }
  }

  private void activateOne() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      active = active + 1;
      Worker worker = idle.pollFirst();
      if (worker == null) {
        worker = new Worker(name + "-" + ++started);
        workers.add(worker);
        worker.start();
      } else {
        worker.wake();
      }
    }
  }

  /** Makes a worker idle; it must look for work once more afterwards. */
  private void rest(Worker worker) {
    synchronized (lock) {
      active = active - 1;
      worker.resting = true;
      idle.addFirst(worker);
    }
  }

  /** Makes a resting worker active again, unless others suffice or somebody has woken it. */
  private void reactivate(Worker worker) {
    synchronized (lock) {
      if (worker.resting && active < allowed) {
        idle.remove(worker);
        worker.resting = false;
        active = active + 1;
      }
    }
  }

  /** Ends a worker that has rested for long; false if somebody has woken it meanwhile. */
  private boolean retire(Worker worker) {
    synchronized (lock) {
      if (!worker.resting) {
        return false;
      }
      idle.remove(worker);
      workers.remove(worker);
      return true;
    }
  }

  @Override
  public void close() {
    List<Thread> left;
    synchronized (lock) {
      closed = true;
      left = new ArrayList<>(workers);
    }
    monitor.interrupt();
    left.forEach(LockSupport::unpark);
    left.add(monitor);
    for (Thread thread : left) {
      try {
        thread.join(1_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  /** One thread. */
  private final class Worker extends Thread {
    /** In {@link #idle}; written under the lock. */
    private volatile boolean resting;

    /** Whether it runs a unit of work. */
    private volatile boolean working;

    /** Whether it has promised to take the next piece of work itself. Its own. */
    private boolean promised;

    Worker(String name) {
      super(name);
      setDaemon(true);
    }

    @Override
    public void run() {
      while (true) {
        Work work = active > allowed ? null : source.take();
        if (work != null) {
          if (!work.isLight() && source.waiting() > 0) {
            help();
          }
          promised = false;
          working = true;
          work.run();
          working = false;
        } else if (!restUntilWoken()) {
          return;
        }
      }
    }

    /**
     * The first piece of work that follows from its own is taken by itself: nobody needs to wake
     * up.
     */
    boolean takesNext(WorkerPool offering) {
      if (promised || !working || offering != WorkerPool.this) {
        return false;
      }
      promised = true;
      return true;
    }

    private boolean restUntilWoken() {
      rest(this);
      if (source.waiting() > 0) {
        reactivate(this);
      }
      long since = System.nanoTime();
      while (resting) {
        if (isClosed() || System.nanoTime() - since >= IDLE_NANOS) {
          if (retire(this)) {
            return false;
          }
        } else {
          LockSupport.parkNanos(WorkerPool.this, IDLE_NANOS);
        }
      }
      return true;
    }

    void wake() {
      resting = false;
      LockSupport.unpark(this);
    }

    boolean isWaiting() {
      return working
          && switch (getState()) {
            case WAITING, TIMED_WAITING, BLOCKED -> true;
            case NEW, RUNNABLE, TERMINATED -> false;
          };
    }
  }

  /**
   * Looks every few milliseconds, while something is queued, whether active workers merely wait.
   */
  private final class Monitor extends Thread {
    private volatile boolean watching;

    Monitor(String name) {
      super(name);
      setDaemon(true);
    }

    void watch() {
      if (!watching) {
        watching = true;
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      int quiet = 0;
      while (!isInterrupted()) {
        LockSupport.parkNanos(WorkerPool.this, watching ? TICK_NANOS : SLOW_TICK_NANOS);
        if (source.waiting() > 0) {
          watching = true;
          quiet = 0;
          compensate();
        } else if (watching && ++quiet > QUIET_TICKS) {
          watching = false;
          quiet = 0;
          normalize();
        }
      }
    }

    private void normalize() {
      synchronized (lock) {
        allowed = slots;
      }
    }

    private void compensate() {
      synchronized (lock) {
        int waiting = 0;
        for (Worker worker : workers) {
          waiting += worker.isWaiting() ? 1 : 0;
        }
        boolean all = waiting > 0 && waiting == active;
        // where everything waits, what is queued will most likely wait too
        int standIns = all ? 2 * waiting : waiting;
        allowed = Math.min(maxSlots, slots + standIns);
        int wanted = Math.min(allowed - active, source.waiting());
        for (int i = 0; i < wanted; i++) {
          activateOne();
        }
      }
    }
  }
}
