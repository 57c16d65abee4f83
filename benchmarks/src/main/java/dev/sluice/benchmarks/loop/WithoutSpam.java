package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Workload;
import java.util.Set;

/** {@link Workload#SIDE_INPUT}. */
record WithoutSpam(Job job, Set<String> spam) implements WindowProgram<Long> {
  WithoutSpam(Job job) {
    this(job, Set.copyOf(Workload.spam()));
  }

  @Override
  public Long window(long windowBegin, long from, long to) {
    Lines lines = job.stream().lines();
    long found = 0;
    for (long index = from; index < to; index++) {
      if (isClean(lines.line(index))) {
        found++;
      }
    }
    return found;
  }

  private boolean isClean(String line) {
    int start = 0;
    for (int space = line.indexOf(' '); space >= 0; space = line.indexOf(' ', start)) {
      if (spam.contains(line.substring(start, space))) {
        return false;
      }
      start = space + 1;
    }
    return !spam.contains(line.substring(start));
  }

  @Override
  public void finish(long windowBegin, Long found) {
    if (found > 0) {
      job.ledger().add("", windowBegin, found);
    }
  }
}
