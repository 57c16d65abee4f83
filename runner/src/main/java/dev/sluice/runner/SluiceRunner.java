package dev.sluice.runner;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineRunner;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsValidator;

/**
 * Runs Beam pipelines, bounded and unbounded, on Sluice: {@code --runner=SluiceRunner}. The engine
 * runs in this JVM and is started and stopped with the pipeline. See {@link SluiceOptions} for what
 * can be set.
 */
public final class SluiceRunner extends PipelineRunner<SluicePipelineResult> {
  private final SluiceSettings settings;

  private SluiceRunner(SluiceSettings settings) {
    this.settings = settings;
  }

  /**
   * Called by Beam.
   *
   * @throws IllegalArgumentException if an option has a value that is not allowed
   */
  public static SluiceRunner fromOptions(PipelineOptions options) {
    SluiceOptions checked = PipelineOptionsValidator.validate(SluiceOptions.class, options);
    return new SluiceRunner(SluiceSettings.of(checked));
  }

  /**
   * Starts the pipeline and returns at once. The JVM stays alive until the pipeline ends, also if
   * nobody waits for it.
   */
  @Override
  public SluicePipelineResult run(Pipeline pipeline) {
    MetricsEnvironment.setMetricsSupported(true);
    throw new UnsupportedOperationException("not wired to the engine yet: " + settings);
  }
}
