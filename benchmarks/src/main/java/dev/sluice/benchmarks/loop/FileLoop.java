package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Workload;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link Workload#FILE_WORD_COUNT}: threads take files in turn. */
final class FileLoop {
  private final Job job;
  private final int threads;
  private final AtomicInteger next = new AtomicInteger();
  private final Tally all = new Tally();

  FileLoop(Job job, int threads) {
    this.job = job;
    this.threads = threads;
  }

  void run() throws Exception {
    Crew.run(threads, this::work);
    all.forEach((word, times) -> job.ledger().add(word, 0, times));
  }

  private void work(int thread) throws Exception {
    Tally words = new Tally();
    for (int i = next.getAndIncrement(); i < job.files().size(); i = next.getAndIncrement()) {
      try (BufferedReader reader =
          Files.newBufferedReader(job.files().get(i), StandardCharsets.UTF_8)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          words.addWords(line);
        }
      }
    }
    synchronized (all) {
      all.addAll(words);
    }
  }
}
