package dev.sluice.benchmarks;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.executor.api.StageSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The only partition of a stage that runs alone. */
final class LonePartition implements ProcessorContext {
  private final Map<String, Object> shared = new HashMap<>();

  @Override
  public String jobId() {
    return "job";
  }

  @Override
  public int run() {
    return 0;
  }

  @Override
  public StageSpec stage() {
    return new StageSpec(0, "stage", context -> null, null, 1, 1, 1, List.of());
  }

  @Override
  public int partition() {
    return 0;
  }

  @Override
  public JobSettings settings() {
    return JobSettings.defaults();
  }

  @Override
  @SuppressWarnings("unchecked") // each name has one type
  public <T> T shared(String name, Supplier<T> make) {
    return (T) shared.computeIfAbsent(name, any -> make.get());
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public Grouping grouping(RecordCodec valueCodec) {
    throw new UnsupportedOperationException("nothing is grouped here");
  }
}
