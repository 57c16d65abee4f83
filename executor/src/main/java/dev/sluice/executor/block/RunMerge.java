package dev.sluice.executor.block;

import dev.sluice.executor.api.Grouping.GroupConsumer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Merges runs, in the order they were written, and gives their groups; in several passes if there
 * are many.
 */
final class RunMerge {
  private static final int BUFFER = 64 << 10;

  private record Source(int index, RunReader reader) {}

  private static final Comparator<Source> ORDER =
      (a, b) -> {
        int byKey = Group.compare(a.reader.hash(), a.reader.key(), b.reader.hash(), b.reader.key());
        return byKey != 0 ? byKey : Integer.compare(a.index, b.index);
      };

  private final RunFiles files;
  private final RecordFormat format;
  private final int fanIn;
  private final long heldGroupBytes;

  /**
   * Prepares a merge.
   *
   * @param fanIn how many runs may be open at a time, at least 2
   * @param heldGroupBytes groups up to so many bytes are given as lists in memory
   */
  RunMerge(RunFiles files, RecordFormat format, int fanIn, long heldGroupBytes) {
    this.files = files;
    this.format = format;
    this.fanIn = fanIn;
    this.heldGroupBytes = heldGroupBytes;
  }

  /** Gives all groups. {@code runs} always lists exactly the runs that remain to be released. */
  void drain(List<Run> runs, GroupConsumer consumer) throws Exception {
    while (runs.size() > fanIn) {
      mergePass(runs);
    }
    try (Sources sources = new Sources(runs)) {
      while (!sources.queue.isEmpty()) {
        RunReader first = sources.queue.peek().reader;
        int hash = first.hash();
        byte[] key = first.key();
        GroupCollector group = new GroupCollector(files, format, heldGroupBytes);
        do {
          group.add(sources.queue.peek().reader);
          sources.advance();
        } while (sources.isAt(hash, key));
        consumer.accept(key, group.values());
      }
    }
  }

  /** Merges neighbours, so that the order of values is kept. */
  private void mergePass(List<Run> runs) throws IOException {
    for (int from = 0; from < runs.size(); from++) {
      List<Run> neighbours = runs.subList(from, Math.min(from + fanIn, runs.size()));
      if (neighbours.size() > 1) {
        Run merged = merge(neighbours);
        neighbours.forEach(Run::release);
        neighbours.clear();
        runs.add(from, merged);
      }
    }
  }

  private Run merge(List<Run> runs) throws IOException {
    try (Sources sources = new Sources(runs);
        RunWriter out = new RunWriter(files)) {
      while (!sources.queue.isEmpty()) {
        out.copy(sources.queue.peek().reader);
        sources.advance();
      }
      return out.finish();
    }
  }

  /** Open runs, the one with the least key first. */
  private final class Sources implements AutoCloseable {
    final PriorityQueue<Source> queue = new PriorityQueue<>(ORDER);
    private final List<RunReader> open = new ArrayList<>();

    Sources(List<Run> runs) throws IOException {
      try {
        for (int i = 0; i < runs.size(); i++) {
          RunReader reader = new RunReader(files, runs.get(i), 0, runs.get(i).length(), BUFFER);
          open.add(reader);
          if (reader.advance()) {
            queue.add(new Source(i, reader));
          }
        }
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    /** Takes the first source to its next entry. */
    void advance() throws IOException {
      Source source = queue.poll();
      if (source.reader.advance()) {
        queue.add(source);
      }
    }

    boolean isAt(int hash, byte[] key) {
      Source source = queue.peek();
      return source != null
          && source.reader.hash() == hash
          && Arrays.equals(source.reader.key(), key);
    }

    @Override
    public void close() throws IOException {
      for (RunReader reader : open) {
        reader.close();
      }
    }
  }
}
