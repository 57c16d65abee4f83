package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordConsumer;
import java.util.List;

/** No records. */
final class EmptyBlock implements Block {
  @Override
  public long records() {
    return 0;
  }

  @Override
  public List<EncodedPiece> encodedPieces() {
    return List.of();
  }

  @Override
  public void read(RecordConsumer consumer) {}

  @Override
  public void drain(RecordConsumer consumer) {}

  @Override
  public void release() {}

  @Override
  public String toString() {
    return "empty block";
  }
}
