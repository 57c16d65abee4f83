package dev.sluice.executor.block;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of records may be held in memory at a time (DESIGN C5). Nobody ever waits for it:
 * who is refused spills to disk. All methods may be called by any thread.
 *
 * <p>Invariant: after all blocks are drained or released and all groupings closed, {@link #used} is
 * 0.
 */
public final class MemoryBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private final AtomicInteger growing = new AtomicInteger();

  /** A budget of {@code limit} bytes; 0 spills whatever can be spilled. */
  public MemoryBudget(long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("a memory budget of " + limit + " bytes");
    }
    this.limit = limit;
  }

  /** The limit in bytes. */
  public long limit() {
    return limit;
  }

  /** How many bytes are reserved, possibly more than the limit. */
  public long used() {
    return used.get();
  }

  /**
   * Whether sources should pause: so much is held that whatever came now would probably go to disk.
   */
  public boolean isExhausted() {
    return used.get() > limit - limit / 8;
  }

  /** Reserves {@code bytes} if that stays within the limit. */
  public boolean tryReserve(long bytes) {
    if (used.addAndGet(bytes) <= limit) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  /**
   * Reserves {@code bytes} beyond the limit, for what is too small to be worth a trip to the disk.
   */
  public void reserve(long bytes) {
    used.addAndGet(bytes);
  }

  /** Gives back what was reserved. */
  public void release(long bytes) {
    long left = used.addAndGet(-bytes);
    assert left >= 0 : "more memory given back than reserved: " + left;
  }

  /** How many writers share the budget at the moment, small ones not counted. */
  int growing() {
    return growing.get();
  }

  void addGrowing(int change) {
    growing.addAndGet(change);
  }

  @Override
  public String toString() {
    return used + " of " + limit + " bytes";
  }
}
