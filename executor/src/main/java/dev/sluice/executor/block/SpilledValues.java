package dev.sluice.executor.block;

import dev.sluice.executor.api.Spillable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;

/**
 * The values of a group that is too large for memory. Each iteration reads them anew, a piece at a
 * time; between two pieces no file is open, so that an iteration may be given up at any point. Any
 * thread may iterate.
 */
final class SpilledValues implements Iterable<Object>, Spillable {
  /** About so many bytes are read at a time. */
  private static final int PIECE = 256 << 10;

  private static final int BUFFER = 64 << 10;

  private record Entry(int values, byte[] body) {}

  private final RunFiles files;
  private final RecordFormat format;
  private final List<RunRange> ranges;

  private SpilledValues(RunFiles files, RecordFormat format, List<RunRange> ranges) {
    this.files = files;
    this.format = format;
    this.ranges = List.copyOf(ranges);
  }

  static SpilledValues of(RunFiles files, RecordFormat format, List<RunRange> ranges) {
    SpilledValues values = new SpilledValues(files, format, ranges);
    files.watch(values, ranges.stream().map(RunRange::run).distinct().toList());
    return values;
  }

  @Override
  public boolean isOnDisk() {
    return true;
  }

  @Override
  public Iterator<Object> iterator() {
    return new Values();
  }

  @Override
  public String toString() {
    return "values on disk: " + ranges;
  }

  /** Refers to the values, so that their files stay while it does. */
  private final class Values implements Iterator<Object> {
    private int range;
    private long position = ranges.get(0).start();
    private final Queue<Entry> entries = new ArrayDeque<>();
    private RecordInput in;
    private int left;

    @Override
    public boolean hasNext() {
      return left > 0 || !entries.isEmpty() || range < ranges.size();
    }

    @Override
    public Object next() {
      try {
        if (left == 0) {
          Entry entry = nextEntry();
          in = new RecordInput(new ByteArrayInputStream(entry.body));
          left = entry.values;
        }
        left--;
        return in.next(format);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Entry nextEntry() throws IOException {
      if (entries.isEmpty()) {
        if (range == ranges.size()) {
          throw new NoSuchElementException();
        }
        load(ranges.get(range));
      }
      return entries.remove();
    }

    private void load(RunRange from) throws IOException {
      try (RunReader reader = new RunReader(files, from.run(), position, from.end(), BUFFER)) {
        long bytes = 0;
        while (bytes < PIECE && reader.advance()) {
          entries.add(new Entry(reader.values(), reader.body()));
          bytes += reader.bodyLength();
        }
        position = reader.next();
      }
      if (position == from.end()) {
        range++;
        if (range < ranges.size()) {
          position = ranges.get(range).start();
        }
      }
    }
  }
}
