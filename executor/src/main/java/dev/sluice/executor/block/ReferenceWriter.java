package dev.sluice.executor.block;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps references in chunks that grow geometrically; looks at sizes and the budget only now and
 * then, so that an append is a store and a decrement.
 */
final class ReferenceWriter extends BlockWriter {
  /** At most so many bytes by estimate are appended between two looks at the budget. */
  private static final int BYTES_BETWEEN_LOOKS = 64 << 10;

  private static final Object[] NOTHING = {};
  private static final int FIRST_CHUNK = 4;
  private static final int LARGEST_CHUNK = 4096;

  private final BlockStore store;
  private final RecordFormat format;

  /** Complete chunks; the current one is {@link #chunk}, filled up to {@link #position}. */
  private final ArrayList<Object[]> full = new ArrayList<>(0);

  private Object[] chunk = NOTHING;
  private int position;

  /** Records in {@link #full}. */
  private long inFullChunks;

  /** Bytes of large records held, which are counted one by one. */
  private long largeBytes;

  private int untilLook;
  private int lookDistance;
  private int untilSample;

  private Reservation reservation;
  private List<Block> spilled = List.of();

  ReferenceWriter(BlockStore store, RecordFormat format) {
    this.store = store;
    this.format = format;
    this.reservation = store.reservation();
  }

  @Override
  public void append(Object record) throws Exception {
    if (position == chunk.length) {
      nextChunk();
    }
    chunk[position++] = record;
    int large = format.largeBytes(record);
    if (large > 0) {
      largeBytes += large;
      lookNow();
    }
    if (--untilLook <= 0) {
      look(record);
    }
  }

  private void nextChunk() {
    if (position == 0) {
      untilSample = format.size().untilSample();
      planNextLook();
    } else {
      full.add(chunk);
      inFullChunks += position;
    }
    chunk = new Object[Math.min(LARGEST_CHUNK, Math.max(FIRST_CHUNK, chunk.length * 2))];
    position = 0;
  }

  private void lookNow() {
    lookDistance -= untilLook - 1;
    untilLook = 1;
  }

  private void look(Object last) throws Exception {
    untilSample -= lookDistance;
    if (untilSample <= 0) {
      format.sample(last);
      untilSample = format.size().untilSample();
    }
    long held = estimate();
    if (held >= BYTES_BETWEEN_LOOKS) {
      reservation.grow();
      reserveOrSpill(held);
    }
    planNextLook();
  }

  private void reserveOrSpill(long held) throws Exception {
    if (!reservation.tryGrowTo(held)) {
      if (held >= store.leastSpill()) {
        spill();
      } else {
        reservation.growTo(held);
      }
    }
  }

  private void planNextLook() {
    long inBytes = BYTES_BETWEEN_LOOKS / format.size().bytesPerRecord();
    lookDistance = (int) Math.max(1, Math.min(untilSample, inBytes));
    untilLook = lookDistance;
  }

  private long held() {
    return inFullChunks + position;
  }

  private long estimate() {
    return held() * format.size().bytesPerRecord() + largeBytes;
  }

  private void spill() throws Exception {
    SpillWriter out = store.spillWriter(format);
    try {
      for (Object[] records : full) {
        for (Object record : records) {
          out.append(record);
        }
      }
      for (int i = 0; i < position; i++) {
        out.append(chunk[i]);
      }
      List<Block> pieces = out.finish();
      if (spilled.isEmpty()) {
        spilled = new ArrayList<>();
      }
      spilled.addAll(pieces);
    } catch (Throwable e) {
      out.abort();
      abort();
      throw e;
    }
    forget();
    reservation.release();
  }

  @Override
  public Block seal() throws Exception {
    if (position == 0 && spilled.isEmpty()) {
      return Block.EMPTY;
    }
    format.size().leave(untilSample - (lookDistance - untilLook));
    if (position > 0) {
      reserveOrSpill(estimate());
    }
    reservation.settle();
    Block held = takeHeld();
    if (spilled.isEmpty()) {
      return held;
    }
    if (!held.isEmpty()) {
      spilled.add(held);
    }
    Block all = new SequenceBlock(spilled, 0);
    spilled = List.of();
    return all;
  }

  private Block takeHeld() {
    if (position == 0) {
      return Block.EMPTY;
    }
    Object[][] chunks = full.toArray(new Object[full.size() + 1][]);
    chunks[full.size()] = chunk;
    Block block = new ReferenceBlock(chunks, position, held(), reservation);
    reservation = store.reservation();
    forget();
    return block;
  }

  private void forget() {
    full.clear();
    chunk = NOTHING;
    position = 0;
    inFullChunks = 0;
    largeBytes = 0;
    untilLook = 0;
  }

  @Override
  public void abort() {
    forget();
    reservation.release();
    spilled.forEach(Block::release);
    spilled = List.of();
  }
}
