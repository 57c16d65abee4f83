package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Workload;

/** {@link Workload#WORD_COUNT}. */
record WordCount(Job job) implements WindowProgram<Tally> {
  @Override
  public Tally window(long windowBegin, long from, long to) {
    Lines lines = job.stream().lines();
    Tally words = new Tally();
    for (long index = from; index < to; index++) {
      words.addWords(lines.line(index));
    }
    words.forEach((word, times) -> job.ledger().add(word, windowBegin, times));
    return words;
  }

  @Override
  public void finish(long windowBegin, Tally words) {}
}
