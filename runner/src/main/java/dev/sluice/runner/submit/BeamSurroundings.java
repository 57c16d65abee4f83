package dev.sluice.runner.submit;

import dev.sluice.executor.api.JobSurroundings;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.options.PipelineOptions;

/** What Beam promises to user code, in every process of a cluster that runs it. */
public final class BeamSurroundings implements JobSurroundings {
  private static final long serialVersionUID = 1;

  private final SerializablePipelineOptions options;

  /** For a pipeline with these options. */
  public BeamSurroundings(PipelineOptions options) {
    this.options = new SerializablePipelineOptions(options);
  }

  @Override
  public AutoCloseable enter() {
    PipelineOptions here = options.get();
    FileSystems.setDefaultPipelineOptions(here);
    MetricsEnvironment.setMetricsSupported(true);
    return Surroundings.prepare(here);
  }
}
