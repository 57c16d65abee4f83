package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Engine;
import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Workload;
import java.util.List;

/**
 * Plain Java loops on one or more threads. Threads take whole windows of a stream in turn; what
 * goes from one window to the next is done in order by whichever thread finishes a window that is
 * next.
 */
public final class LoopEngine implements Engine {
  private final int threads;

  /** With the arguments of a process: how many threads. */
  public LoopEngine(List<String> arguments) {
    this(Integer.parseInt(arguments.get(0)));
  }

  /** On so many threads. */
  public LoopEngine(int threads) {
    this.threads = threads;
  }

  @Override
  public boolean runs(Workload workload) {
    return workload.kind() != Workload.Kind.PACED;
  }

  /** Runs also what {@link #runs} denies, since results do not depend on when lines come. */
  @Override
  public void run(Job job) throws Exception {
    switch (job.workload()) {
      case FILE_WORD_COUNT -> new FileLoop(job, threads).run();
      case GROUP_BY_KEY -> new GroupLoop(job, threads).run();
      default -> new WindowLoop<>(job, WindowProgram.of(job), threads).run();
    }
  }
}
