package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Workload;

/** {@link Workload#GREP}. */
record Grep(Job job) implements WindowProgram<Long> {
  @Override
  public Long window(long windowBegin, long from, long to) {
    Lines lines = job.stream().lines();
    long found = 0;
    for (long index = from; index < to; index++) {
      if (lines.line(index).contains(Workload.NEEDLE)) {
        found++;
      }
    }
    return found;
  }

  @Override
  public void finish(long windowBegin, Long found) {
    if (found > 0) {
      job.ledger().add("", windowBegin, found);
    }
  }
}
