package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link Workload#GROUP_BY_KEY}: each thread groups its part of the lines, then each gathers the
 * groups of its part of the keys.
 */
final class GroupLoop {
  private final Job job;
  private final int threads;

  GroupLoop(Job job, int threads) {
    this.job = job;
    this.threads = threads;
  }

  void run() throws Exception {
    List<Map<String, List<String>>> parts = new ArrayList<>();
    for (int i = 0; i < threads * threads; i++) {
      parts.add(new HashMap<>());
    }
    Crew.run(threads, thread -> group(thread, parts));
    Crew.run(threads, thread -> gather(thread, parts));
  }

  private void group(int thread, List<Map<String, List<String>>> parts) {
    Lines lines = job.stream().lines();
    for (long index = thread; index < job.records(); index += threads) {
      String line = lines.line(index);
      String key = Lines.key(line);
      parts
          .get(thread * threads + Math.floorMod(key.hashCode(), threads))
          .computeIfAbsent(key, any -> new ArrayList<>())
          .add(line);
    }
  }

  private void gather(int thread, List<Map<String, List<String>>> parts) {
    Map<String, List<String>> groups = parts.get(thread);
    for (int other = 1; other < threads; other++) {
      parts
          .get(other * threads + thread)
          .forEach(
              (key, more) -> groups.computeIfAbsent(key, any -> new ArrayList<>()).addAll(more));
    }
    groups.forEach((key, lines) -> job.ledger().add(key, 0, value(lines)));
  }

  private static long value(List<String> lines) {
    long hashes = 0;
    for (String line : lines) {
      hashes += line.hashCode();
    }
    return Workload.group(lines.size(), hashes);
  }
}
