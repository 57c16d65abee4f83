package dev.sluice.translation.operator.stage;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StageMetrics;
import dev.sluice.translation.operator.StepScope;
import java.util.List;
import java.util.function.Supplier;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.options.PipelineOptions;

/** A step's view of the stage around it. */
final class StepContext implements OperatorContext {
  private final FusedStep step;
  private final ElementReceiver[] outputs;
  private final ProcessorContext partition;
  private final FusedStage stage;
  private final StageBatch batch;
  private final StepScope scope;
  private MetricsContainerImpl metrics;

  StepContext(
      FusedStep step,
      List<ElementReceiver> outputs,
      ProcessorContext partition,
      FusedStage stage,
      StageBatch batch,
      StageMetrics stageMetrics) {
    this.step = step;
    this.outputs = outputs.toArray(ElementReceiver[]::new);
    this.partition = partition;
    this.stage = stage;
    this.batch = batch;
    this.scope = stageMetrics.scope(this::metrics);
  }

  /** The metrics since the last call, null if nobody asked for any. */
  MetricsContainerImpl takeMetrics() {
    MetricsContainerImpl taken = metrics;
    metrics = null;
    return taken;
  }

  @Override
  public boolean viewsAreKept() {
    return partition.viewsAreKept();
  }

  @Override
  public String stepName() {
    return step.name();
  }

  @Override
  public PipelineOptions options() {
    return stage.options().get();
  }

  @Override
  public int partition() {
    return partition.partition();
  }

  @Override
  public int partitions() {
    return partition.stage().partitions();
  }

  @Override
  public int maxParallelism() {
    return partition.settings().maxParallelism();
  }

  @Override
  public ElementReceiver output(int index) {
    return outputs[index];
  }

  @Override
  public int run() {
    return partition.run();
  }

  @Override
  public boolean takesSnapshots() {
    return partition.takesSnapshots();
  }

  @Override
  public long batch() {
    return batch.context().descriptor().batch();
  }

  @Override
  public long processingTime() {
    return batch.context().descriptor().processingTime();
  }

  @Override
  public boolean draining() {
    return batch.context().descriptor().draining();
  }

  @Override
  public boolean wholeInput() {
    return stage.wholeInput();
  }

  @Override
  public Object view(int index) {
    return batch.context().view(step.views().get(index));
  }

  @Override
  public MetricsContainerImpl metrics() {
    if (metrics == null) {
      metrics = new MetricsContainerImpl(step.name());
    }
    return metrics;
  }

  @Override
  public StepScope scope() {
    return scope;
  }

  @Override
  public <T> T shared(String name, Supplier<T> make) {
    return partition.shared(step.name() + " / " + name, make);
  }

  @Override
  public long memoryBudget() {
    return partition.settings().memoryBudget();
  }

  @Override
  public Grouping grouping(RecordCodec valueCodec) {
    return partition.grouping(valueCodec);
  }

  @Override
  public boolean isCancelled() {
    return partition.isCancelled();
  }
}
