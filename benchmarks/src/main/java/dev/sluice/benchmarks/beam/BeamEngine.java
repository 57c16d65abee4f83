package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Engine;
import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Workload;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Any runner of Beam's. */
public final class BeamEngine implements Engine {
  private static final String BOUNDED = "--bounded";

  private final String[] options;
  private final boolean bounded;

  /**
   * With the arguments of a process: pipeline options, the runner among them. {@code --bounded} as
   * the first one gives streams as bounded input, for a runner whose streaming mode cannot run
   * them.
   */
  public BeamEngine(List<String> arguments) {
    bounded = !arguments.isEmpty() && arguments.get(0).equals(BOUNDED);
    options = arguments.stream().skip(bounded ? 1 : 0).toArray(String[]::new);
  }

  @Override
  public boolean runs(Workload workload) {
    return !(bounded && workload.kind() == Workload.Kind.PACED);
  }

  @Override
  public void run(Job job) {
    PipelineOptions parsed = PipelineOptionsFactory.fromArgs(options).create();
    Pipeline pipeline = Pipeline.create(parsed);
    new Pipelines(job, bounded).build(pipeline);
    PipelineResult.State state = pipeline.run().waitUntilFinish();
    if (state != PipelineResult.State.DONE) {
      throw new IllegalStateException("The pipeline is " + state);
    }
  }
}
