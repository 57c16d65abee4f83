package dev.sluice.translation.operator.view;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepScope;
import java.util.function.Supplier;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.options.PipelineOptions;

/** A step's context that shows everything emitted to a {@link PaneMemory}. */
record RememberingContext(OperatorContext context, PaneMemory memory) implements OperatorContext {
  @Override
  public ElementReceiver output(int index) {
    ElementReceiver output = context.output(index);
    return element -> {
      memory.remember(element);
      output.accept(element);
    };
  }

  @Override
  public String stepName() {
    return context.stepName();
  }

  @Override
  public PipelineOptions options() {
    return context.options();
  }

  @Override
  public int partition() {
    return context.partition();
  }

  @Override
  public int partitions() {
    return context.partitions();
  }

  @Override
  public int maxParallelism() {
    return context.maxParallelism();
  }

  @Override
  public int run() {
    return context.run();
  }

  @Override
  public boolean takesSnapshots() {
    return context.takesSnapshots();
  }

  @Override
  public long batch() {
    return context.batch();
  }

  @Override
  public long processingTime() {
    return context.processingTime();
  }

  @Override
  public boolean draining() {
    return context.draining();
  }

  @Override
  public boolean wholeInput() {
    return context.wholeInput();
  }

  @Override
  public Object view(int index) {
    return context.view(index);
  }

  @Override
  public MetricsContainerImpl metrics() {
    return context.metrics();
  }

  @Override
  public StepScope scope() {
    return context.scope();
  }

  @Override
  public <T> T shared(String name, Supplier<T> make) {
    return context.shared(name, make);
  }

  @Override
  public long memoryBudget() {
    return context.memoryBudget();
  }

  @Override
  public Grouping grouping(RecordCodec valueCodec) {
    return context.grouping(valueCodec);
  }

  @Override
  public boolean isCancelled() {
    return context.isCancelled();
  }
}
