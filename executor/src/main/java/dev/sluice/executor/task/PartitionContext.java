package dev.sluice.executor.task;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.executor.api.StageSpec;
import java.util.function.Supplier;

/** Where a processor is. */
record PartitionContext(LocalJob job, StageSpec stage, int partition, boolean viewsAreKept)
    implements ProcessorContext {
  @Override
  public String jobId() {
    return job.plan().jobId();
  }

  @Override
  public int run() {
    return job.plan().run();
  }

  @Override
  public JobSettings settings() {
    return job.plan().graph().settings();
  }

  @Override
  public <T> T shared(String name, Supplier<T> make) {
    return job.shared().get(name, make);
  }

  @Override
  public boolean takesSnapshots() {
    return job.plan().checkpoints() || job.plan().assignment().isReplicated();
  }

  @Override
  public boolean isCancelled() {
    return job.isCancelled();
  }

  @Override
  public Grouping grouping(RecordCodec valueCodec) {
    return job.blocks().grouping(valueCodec);
  }
}
