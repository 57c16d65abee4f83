package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordConsumer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Encoded records in memory. */
final class EncodedBlock implements Block, EncodedPiece {
  private final RecordFormat format;
  private final Reservation reservation;
  private final int records;
  private final int crc32c;

  /** Null once drained or released. */
  private ChunkedBytes bytes;

  EncodedBlock(RecordFormat format, ChunkedBytes bytes, int crc32c, Reservation reservation) {
    this.format = format;
    this.bytes = bytes;
    this.records = bytes.records();
    this.crc32c = crc32c;
    this.reservation = reservation;
  }

  @Override
  public long records() {
    return records;
  }

  @Override
  public int crc32c() {
    return crc32c;
  }

  @Override
  public List<EncodedPiece> encodedPieces() {
    return List.of(this);
  }

  @Override
  public List<ByteBuffer> load() throws IOException {
    ChunkedBytes all = bytes;
    if (all == null) {
      throw new IOException("the block has been given away already");
    }
    return all.buffers();
  }

  @Override
  public void read(RecordConsumer consumer) throws Exception {
    if (bytes != null) {
      give(bytes, false, consumer);
    }
  }

  @Override
  public void drain(RecordConsumer consumer) throws Exception {
    ChunkedBytes all = bytes;
    bytes = null;
    if (all == null) {
      return;
    }
    try {
      give(all, true, consumer);
    } finally {
      reservation.release();
    }
  }

  private void give(ChunkedBytes all, boolean consume, RecordConsumer consumer) throws Exception {
    RecordInput in = new RecordInput(all.reader(consume));
    for (int i = 0; i < records; i++) {
      consumer.accept(in.next(format));
    }
  }

  @Override
  public void release() {
    bytes = null;
    reservation.release();
  }

  @Override
  public String toString() {
    return records + " encoded records";
  }
}
