package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Workload;

/** Lines by key in tumbling windows: {@link Workload#KEYED_STATE}, and those of latency. */
record KeyCount(Job job) implements WindowProgram<Tally> {
  @Override
  public Tally window(long windowBegin, long from, long to) {
    Lines lines = job.stream().lines();
    Tally keys = new Tally();
    for (long index = from; index < to; index++) {
      keys.add(Lines.key(lines.line(index)));
    }
    boolean paced = job.workload().kind() == Workload.Kind.PACED;
    long time = paced ? windowBegin - job.stream().begin() : windowBegin;
    keys.forEach((key, times) -> job.ledger().add(key, time, times));
    return keys;
  }

  @Override
  public void finish(long windowBegin, Tally keys) {}
}
