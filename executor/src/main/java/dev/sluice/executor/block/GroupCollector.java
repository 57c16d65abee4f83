package dev.sluice.executor.block;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects one group out of runs: its values while they fit into memory, and in any case where they
 * are.
 */
final class GroupCollector {
  private final RunFiles files;
  private final RecordFormat format;
  private final long heldLimit;

  /** Null once the group has turned out too large. */
  private List<Object> held = new ArrayList<>();

  private long heldBytes;
  private final List<RunRange> ranges = new ArrayList<>();

  GroupCollector(RunFiles files, RecordFormat format, long heldLimit) {
    this.files = files;
    this.format = format;
    this.heldLimit = heldLimit;
  }

  /** Adds the values of the entry at which {@code reader} is. */
  void add(RunReader reader) throws IOException {
    addRange(reader);
    if (held == null) {
      return;
    }
    heldBytes += 2L * reader.bodyLength() + (long) SizeEstimate.VALUE_OVERHEAD * reader.values();
    if (heldBytes > heldLimit) {
      held = null;
      return;
    }
    RecordInput in = new RecordInput(new ByteArrayInputStream(reader.body()));
    for (int i = 0; i < reader.values(); i++) {
      held.add(in.next(format));
    }
  }

  private void addRange(RunReader reader) {
    RunRange last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
    if (last != null && last.run() == reader.run() && last.end() == reader.start()) {
      ranges.set(ranges.size() - 1, new RunRange(last.run(), last.start(), reader.next()));
    } else {
      ranges.add(new RunRange(reader.run(), reader.start(), reader.next()));
    }
  }

  /** The values, which outlive this collector. */
  Iterable<Object> values() {
    if (held != null) {
      return new HeldValues(held.toArray(), held.size());
    }
    return SpilledValues.of(files, format, ranges);
  }
}
