package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.LineStream;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** {@link Workload#CO_GROUP}. */
record Join(Job job) implements WindowProgram<Map<String, Join.Pair>> {
  /** The lines of one key. */
  static final class Pair {
    final List<String> left = new ArrayList<>();
    final List<String> right = new ArrayList<>();

    long value() {
      return Workload.joined(left.size(), hashes(left), right.size(), hashes(right));
    }

    private static long hashes(List<String> lines) {
      return lines.stream().mapToLong(String::hashCode).sum();
    }
  }

  @Override
  public Map<String, Pair> window(long windowBegin, long from, long to) {
    Map<String, Pair> pairs = new HashMap<>();
    read(job.stream(), from, to, (key, line) -> pair(pairs, key).left.add(line));
    read(job.stream().other(), from, to, (key, line) -> pair(pairs, key).right.add(line));
    pairs.forEach((key, pair) -> job.ledger().add(key, windowBegin, pair.value()));
    return pairs;
  }

  private static void read(LineStream stream, long from, long to, BiConsumer<String, String> take) {
    Lines lines = stream.lines();
    for (long index = from; index < to; index++) {
      String line = lines.line(index);
      take.accept(Lines.key(line), line);
    }
  }

  private static Pair pair(Map<String, Pair> pairs, String key) {
    return pairs.computeIfAbsent(key, any -> new Pair());
  }

  @Override
  public void finish(long windowBegin, Map<String, Pair> pairs) {}
}
