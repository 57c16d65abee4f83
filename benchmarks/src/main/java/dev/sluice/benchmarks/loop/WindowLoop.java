package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.LineStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Runs a {@link WindowProgram}. */
final class WindowLoop<W> {
  private final LineStream stream;
  private final WindowProgram<W> program;
  private final int threads;
  private final long windowMillis;
  private final long perWindow;
  private final AtomicLong next = new AtomicLong();

  /** Windows that are there before one that comes before them. */
  private final Map<Long, W> early = new HashMap<>();

  private long nextToFinish;

  WindowLoop(Job job, WindowProgram<W> program, int threads) {
    this.stream = job.stream();
    this.program = program;
    this.threads = threads;
    this.windowMillis = job.workload().windowMillis();
    this.perWindow = windowMillis * stream.recordsPerSecond() / 1000;
  }

  void run() throws Exception {
    Crew.run(threads, this::work);
    program.end();
  }

  private void work(int thread) {
    while (true) {
      long window = next.getAndIncrement();
      long from = window * perWindow;
      if (from >= stream.records()) {
        return;
      }
      long to = Math.min(from + perWindow, stream.records());
      finish(window, program.window(begin(window), from, to));
    }
  }

  private synchronized void finish(long window, W content) {
    early.put(window, content);
    for (W ready = early.remove(nextToFinish); ready != null; ready = early.remove(nextToFinish)) {
      program.finish(begin(nextToFinish), ready);
      nextToFinish++;
    }
  }

  private long begin(long window) {
    return stream.begin() + window * windowMillis;
  }
}
