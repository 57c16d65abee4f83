package dev.sluice.executor.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.common.Work;
import dev.sluice.executor.common.WorkSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  /** A queue of work. */
  private static final class Queue implements WorkSource {
    private final Deque<Work> work = new ArrayDeque<>();
    private volatile int waiting;

    synchronized void add(Work unit) {
      work.add(unit);
      waiting = work.size();
    }

    @Override
    public synchronized Work take() {
      Work unit = work.poll();
      waiting = work.size();
      return unit;
    }

    @Override
    public int waiting() {
      return waiting;
    }
  }

  private final Queue queue = new Queue();
  private WorkerPool pool;

  @AfterEach
  void close() {
    pool.close();
  }

  private void offer(Runnable action, boolean light) {
    queue.add(
        new Work() {
          @Override
          public void run() {
            action.run();
          }

          @Override
          public boolean isLight() {
            return light;
          }
        });
    pool.offered(light);
  }

  @Test
  void noOfferIsLost() throws Exception {
    pool = new WorkerPool("test", queue, 2, 2);
    AtomicInteger done = new AtomicInteger();
    for (int round = 0; round < 2_000; round++) {
      CountDownLatch all = new CountDownLatch(3);
      for (int i = 0; i < 3; i++) {
        offer(
            () -> {
              done.incrementAndGet();
              all.countDown();
            },
            i > 0);
      }
      assertThat(all.await(10, TimeUnit.SECONDS)).as("round %s", round).isTrue();
    }
    assertThat(done.get()).isEqualTo(6_000);
  }

  @Test
  void workThatWaitsDoesNotHoldUpOtherWork() throws Exception {
    pool = new WorkerPool("test", queue, 2, 64);
    CountDownLatch everybody = new CountDownLatch(50);
    CountDownLatch done = new CountDownLatch(50);
    for (int i = 0; i < 50; i++) {
      offer(
          () -> {
            everybody.countDown();
            try {
              everybody.await(); // each waits for all others
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            done.countDown();
          },
          false);
    }
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void workThatWasExpectedToBeLightMayWaitToo() throws Exception {
    pool = new WorkerPool("test", queue, 2, 64);
    CountDownLatch everybody = new CountDownLatch(10);
    CountDownLatch done = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      offer(
          () -> {
            everybody.countDown();
            try {
              everybody.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            done.countDown();
          },
          true);
    }
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatFollowsFromWorkRunsOnTheSameThread() throws Exception {
    pool = new WorkerPool("test", queue, 4, 4);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch done = new CountDownLatch(1);
    offer(() -> chain(threads, done, 1_000), false);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(threads).hasSize(1);
  }

  private void chain(Set<Thread> threads, CountDownLatch done, int left) {
    threads.add(Thread.currentThread());
    if (left == 0) {
      done.countDown();
    } else {
      offer(() -> chain(threads, done, left - 1), false);
    }
  }

  @Test
  void noMoreThreadsThanAllowedStandIn() throws Exception {
    pool = new WorkerPool("test", queue, 1, 4);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch four = new CountDownLatch(4);
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      offer(
          () -> {
            begun.incrementAndGet();
            four.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            done.countDown();
          },
          false);
    }
    assertThat(four.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(begun.get()).isEqualTo(4);
    release.countDown();
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closingEndsAllThreads() throws Exception {
    pool = new WorkerPool("closing", queue, 3, 3);
    CountDownLatch done = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      offer(done::countDown, false);
    }
    done.await();
    pool.close();
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("closing-")))
        .isEmpty();
  }
}
