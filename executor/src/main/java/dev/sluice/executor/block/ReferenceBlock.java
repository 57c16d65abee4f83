package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordConsumer;

/** Records by reference. */
final class ReferenceBlock implements Block {
  /** Null once drained or released. All but the last are full. */
  private Object[][] chunks;

  private final int inLastChunk;
  private final long records;
  private final Reservation reservation;

  ReferenceBlock(Object[][] chunks, int inLastChunk, long records, Reservation reservation) {
    this.chunks = chunks;
    this.inLastChunk = inLastChunk;
    this.records = records;
    this.reservation = reservation;
  }

  @Override
  public long records() {
    return records;
  }

  @Override
  public void read(RecordConsumer consumer) throws Exception {
    Object[][] all = chunks;
    for (int i = 0; all != null && i < all.length; i++) {
      int size = sizeOf(all, i);
      for (int j = 0; j < size; j++) {
        consumer.accept(all[i][j]);
      }
    }
  }

  @Override
  public void drain(RecordConsumer consumer) throws Exception {
    Object[][] all = chunks;
    if (all == null) {
      return;
    }
    chunks = null;
    try {
      long perRecord = reservation.bytes() / records;
      for (int i = 0; i < all.length; i++) {
        Object[] chunk = all[i];
        int size = sizeOf(all, i);
        all[i] = null;
        for (int j = 0; j < size; j++) {
          Object record = chunk[j];
          chunk[j] = null;
          consumer.accept(record);
        }
        reservation.shrinkTo(reservation.bytes() - perRecord * size);
      }
    } finally {
      reservation.release();
    }
  }

  private int sizeOf(Object[][] all, int i) {
    return i == all.length - 1 ? inLastChunk : all[i].length;
  }

  @Override
  public void release() {
    chunks = null;
    reservation.release();
  }

  @Override
  public String toString() {
    return records + " records by reference";
  }
}
