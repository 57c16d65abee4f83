package dev.sluice.benchmarks;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.PartitionProcessor;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.translation.operator.stage.FusedStageBuilder;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** The only partition of a stage with one input, given batch after batch. */
final class RunningStage implements BatchContext, InputBlock, AutoCloseable {
  private final PartitionProcessor processor;
  private List<Object> emitted = new ArrayList<>();
  private List<Object> records = List.of();
  private long watermark = Watermarks.MIN;
  private long batch;

  RunningStage(FusedStageBuilder stage) throws Exception {
    processor =
        stage
            .build(false, false, new SerializablePipelineOptions(PipelineOptionsFactory.create()))
            .create(new LonePartition());
  }

  /** Runs a batch and returns what came out, which is the caller's. */
  List<Object> run(List<Object> given, long watermarkAfter) throws Exception {
    records = given;
    watermark = watermarkAfter;
    processor.process(this);
    batch++;
    List<Object> taken = emitted;
    emitted = new ArrayList<>(taken.size());
    return taken;
  }

  @Override
  public BatchDescriptor descriptor() {
    return new BatchDescriptor(
        "job", 0, batch, BatchKind.DATA, batch, 0, false, false, false, false, 1 << 20);
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
    emitted.add(record);
  }

  @Override
  public void checkCancelled() {}

  @Override
  public boolean isEmpty() {
    return records.isEmpty();
  }

  @Override
  public void drain(RecordConsumer consumer) throws Exception {
    for (Object record : records) {
      consumer.accept(record);
    }
  }

  @Override
  public long watermark() {
    return watermark;
  }

  @Override
  public void close() throws Exception {
    processor.close();
  }
}
