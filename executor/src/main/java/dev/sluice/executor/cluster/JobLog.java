package dev.sluice.executor.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/**
 * What a job's code has logged in this process and nobody has fetched yet: bounded, so that code
 * that logs without end costs lines and not memory. May be used by any thread.
 */
final class JobLog {
  private static final int MAX_LINES = 1_000;
  private static final int MAX_LINE = 8_000;

  @GuardedBy("this")
  private List<String> lines = new ArrayList<>();

  @GuardedBy("this")
  private int dropped;

  /** Lines in order, and how many more there were before them. */
  record Batch(List<String> lines, int dropped) {}

  synchronized void add(String line) {
    if (lines.size() >= MAX_LINES) {
      dropped++;
      return;
    }
    lines.add(line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "…" : line);
  }

  /** Takes all, or null if there is nothing. */
  synchronized Batch take() {
    if (lines.isEmpty() && dropped == 0) {
      return null;
    }
    Batch batch = new Batch(lines, dropped);
    lines = new ArrayList<>();
    dropped = 0;
    return batch;
  }
}
