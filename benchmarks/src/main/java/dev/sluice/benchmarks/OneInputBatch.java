package dev.sluice.benchmarks;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.Watermarks;
import java.util.List;

/**
 * The same batch again and again: one input, no views, emitted records are kept in a small ring and
 * counted.
 */
final class OneInputBatch implements BatchContext, InputBlock {
  private static final BatchDescriptor DESCRIPTOR =
      new BatchDescriptor("job", 0, 0, BatchKind.DATA, 0, 0, false, false, false, false, 1 << 20);

  private final List<Object> records;
  private final Object[] ring = new Object[1024];
  private long emitted;

  OneInputBatch(List<Object> records) {
    this.records = records;
  }

  /** How many records were emitted since the last call. */
  long takeEmitted() {
    long count = emitted;
    emitted = 0;
    return count;
  }

  @Override
  public BatchDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public InputBlock input(int index) {
    return this;
  }

  @Override
  public Object view(int index) {
    throw new IllegalArgumentException("there are no views");
  }

  @Override
  public void emit(int output, int keyHash, Object record) {
    ring[(int) (emitted++ & 1023)] = record;
  }

  @Override
  public void checkCancelled() {}

  @Override
  public boolean isEmpty() {
    return false;
  }

  @Override
  public void drain(RecordConsumer consumer) throws Exception {
    for (Object record : records) {
      consumer.accept(record);
    }
  }

  @Override
  public long watermark() {
    return Watermarks.MIN;
  }
}
