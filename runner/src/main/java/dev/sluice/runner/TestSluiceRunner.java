package dev.sluice.runner;

import dev.sluice.executor.cluster.ClusterSecurity;
import dev.sluice.runner.submit.TestCluster;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineRunner;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.testing.TestPipelineOptions;

/**
 * {@link SluiceRunner} for {@link org.apache.beam.sdk.testing.TestPipeline}: {@link #run} waits for
 * the end, and a failed assertion comes out of it as the {@link AssertionError} it is. {@code
 * --blockOnRun=false} gives the result at once, as {@link SluiceRunner} does. {@code
 * --testCluster=3} runs pipelines on a cluster of three executors within this JVM.
 */
public final class TestSluiceRunner extends PipelineRunner<SluicePipelineResult> {
  private final SluiceRunner delegate;
  private final boolean blocks;
  private final int testCluster;

  private TestSluiceRunner(SluiceRunner delegate, boolean blocks, int testCluster) {
    this.delegate = delegate;
    this.blocks = blocks;
    this.testCluster = testCluster;
  }

  /** Called by Beam. */
  public static TestSluiceRunner fromOptions(PipelineOptions options) {
    return new TestSluiceRunner(
        SluiceRunner.fromOptions(options),
        options.as(TestPipelineOptions.class).isBlockOnRun(),
        options.as(TestSluiceOptions.class).getTestCluster());
  }

  @Override
  public SluicePipelineResult run(Pipeline pipeline) {
    SluicePipelineResult result =
        testCluster > 0 ? runOnTestCluster(pipeline) : delegate.run(pipeline);
    if (blocks) {
      awaitEnd(result);
    }
    return result;
  }

  private SluicePipelineResult runOnTestCluster(Pipeline pipeline) {
    MetricsEnvironment.setMetricsSupported(true);
    String address = TestCluster.shared(testCluster).address();
    return delegate.runOnCluster(
        pipeline, new SluiceSettings.Cluster(address, ClusterSecurity.NONE, false), List.of());
  }

  static void awaitEnd(SluicePipelineResult result) {
    try {
      result.waitUntilFinish();
    } catch (Pipeline.PipelineExecutionException failed) {
      failedAssertion(failed.getCause())
          .ifPresent(
              assertion -> {
                throw assertion;
              });
      throw failed;
    }
  }

  /** What user code threw, or else its root cause, if that is an assertion. */
  private static Optional<AssertionError> failedAssertion(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    Throwable candidate = thrown instanceof AssertionError ? thrown : root;
    return candidate instanceof AssertionError assertion
        ? Optional.of(assertion)
        : Optional.empty();
  }
}
