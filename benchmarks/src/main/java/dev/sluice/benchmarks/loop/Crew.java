package dev.sluice.benchmarks.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do the same work. */
final class Crew {
  /** What one of them does; threads are numbered from 0. */
  interface Work {
    void run(int thread) throws Exception;
  }

  private Crew() {}

  /** Returns when all are done. */
  static void run(int threads, Work work) throws Exception {
    if (threads == 1) {
      work.run(0);
      return;
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        running.add(
            pool.submit(
                () -> {
                  work.run(thread);
                  return null;
                }));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
