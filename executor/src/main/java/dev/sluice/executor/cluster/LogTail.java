package dev.sluice.executor.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The latest log lines of a job, numbered from 0. Owned by one thread at a time. */
final class LogTail {
  private static final int KEPT = 2_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private long first;

  void add(String line) {
    lines.addLast(line);
    if (lines.size() > KEPT) {
      lines.removeFirst();
      first++;
    }
  }

  /** The number of the next line. */
  long next() {
    return first + lines.size();
  }

  /** The lines from a number on; a line that says how many are missing first, if some are. */
  List<String> from(long line) {
    if (line >= next()) {
      return List.of();
    }
    List<String> wanted = new ArrayList<>();
    if (line < first) {
      wanted.add("(" + (first - line) + " log lines were not kept)");
    }
    lines.stream().skip(Math.max(0, line - first)).forEach(wanted::add);
    return wanted;
  }
}
