package dev.sluice.executor.block;

import dev.sluice.executor.api.Grouping;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups in a hash table while the budget allows it, and writes the table as a sorted run when it
 * does not.
 *
 * <p>Values are held by reference, at an estimated size, until something spills for the first time.
 * From then on they are going to be written anyhow, so they are encoded at once and held as bytes,
 * whose size is known.
 */
final class SpillingGrouping implements Grouping {
  /** A value among encoded ones that is not encoded itself. */
  private record Kept(Object value) {}

  /** What a group costs besides the bytes of its key and its values. */
  private static final int GROUP_OVERHEAD = 112;

  /** What an encoded value costs besides its bytes. */
  private static final int BYTES_OVERHEAD = 28;

  private static final long LEAST_STEP = 64 << 10;

  private final BlockStore store;
  private final RunFiles files;
  private final RecordFormat format;
  private final Reservation reservation;
  private final GroupTable table = new GroupTable();
  private final List<Run> runs = new ArrayList<>();

  /** Bytes held by the table; the budget is asked when they exceed what is reserved. */
  private long held;

  private int untilSample = 1;

  /** Null until something has spilled. */
  private ValueEncoder encoder;

  private boolean closed;

  SpillingGrouping(BlockStore store, RunFiles files, RecordFormat format) {
    this.store = store;
    this.files = files;
    this.format = format;
    this.reservation = store.reservation();
    store.groupingOpened();
  }

  @Override
  public void add(int hash, byte[] key, Object value) throws Exception {
    Object kept = value;
    if (encoder != null && format.keeps(value)) {
      held += format.size().bytesPerRecord();
      kept = new Kept(value);
    } else if (encoder != null) {
      byte[] bytes = encoder.encode(value);
      held += bytes.length + BYTES_OVERHEAD;
      kept = bytes;
    } else {
      if (--untilSample <= 0) {
        format.sample(value);
        untilSample = format.size().untilSample();
      }
      held += format.size().bytesPerRecord() + format.largeBytes(value);
    }
    Group group = table.find(hash, key);
    if (group == null) {
      group = new Group(hash, key);
      table.add(group);
      held += GROUP_OVERHEAD + key.length;
    }
    group.add(kept);
    if (held > reservation.bytes()) {
      look();
    }
  }

  private void look() throws IOException {
    long step = Math.max(LEAST_STEP, held / 8);
    if (reservation.tryGrowTo(held + step)) {
      return;
    }
    if (held < store.leastRun()) {
      reservation.growTo(Math.min(held + step, store.leastRun()));
    } else {
      spill();
    }
  }

  private void spill() throws IOException {
    runs.add(writeTable());
    held = 0;
    reservation.release();
    if (encoder == null) {
      encoder = new ValueEncoder(format);
    }
  }

  private Run writeTable() throws IOException {
    boolean encoded = encoder != null;
    try (RunWriter out = new RunWriter(files)) {
      for (Group group : table.takeSorted()) {
        for (int i = 0; i < group.size(); i++) {
          Object value = group.take(i);
          if (!encoded) {
            out.append(group.hash, group.key, format, value);
          } else if (value instanceof Kept onDisk) {
            out.append(group.hash, group.key, format, onDisk.value);
          } else {
            out.append(group.hash, group.key, (byte[]) value);
          }
        }
      }
      return out.finish();
    }
  }

  @Override
  public void drain(GroupConsumer consumer) throws Exception {
    if (runs.isEmpty()) {
      drainTable(consumer);
      return;
    }
    if (table.size() > 0) {
      spill();
    }
    new RunMerge(files, format, store.fanIn(), store.heldGroupBytes()).drain(runs, consumer);
  }

  private void drainTable(GroupConsumer consumer) throws Exception {
    Group[] groups = table.takeSorted();
    try {
      for (int i = 0; i < groups.length; i++) {
        Group group = groups[i];
        groups[i] = null;
        consumer.accept(group.key, group.values());
        if ((i & 0xff) == 0xff) {
          reservation.shrinkTo(held / groups.length * (groups.length - i));
        }
      }
    } finally {
      held = 0;
      reservation.release();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      table.takeSorted();
      reservation.release();
      runs.forEach(Run::release);
      runs.clear();
      store.groupingClosed();
      files.deleteUnreferenced();
    }
  }
}
