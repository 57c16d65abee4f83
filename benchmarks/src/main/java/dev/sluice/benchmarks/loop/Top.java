package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Workload;
import java.util.Comparator;
import java.util.PriorityQueue;

/** {@link Workload#TOP}. */
record Top(Job job) implements WindowProgram<Tally> {
  /** A word and how often it is there. */
  private record Frequent(String word, long times) {
    /** The least frequent first. */
    static final Comparator<Frequent> ORDER =
        Comparator.comparingLong(Frequent::times)
            .thenComparing(Frequent::word, Comparator.reverseOrder());
  }

  @Override
  public Tally window(long windowBegin, long from, long to) {
    Lines lines = job.stream().lines();
    Tally words = new Tally();
    for (long index = from; index < to; index++) {
      words.addWords(lines.line(index));
    }
    PriorityQueue<Frequent> top = new PriorityQueue<>(Frequent.ORDER);
    words.forEach(
        (word, times) -> {
          top.add(new Frequent(word, times));
          if (top.size() > Workload.TOP_WORDS) {
            top.remove();
          }
        });
    for (int rank = top.size() - 1; rank >= 0; rank--) {
      Frequent least = top.remove();
      job.ledger().add(least.word(), windowBegin, Workload.ranked(rank, least.times()));
    }
    return words;
  }

  @Override
  public void finish(long windowBegin, Tally words) {}
}
