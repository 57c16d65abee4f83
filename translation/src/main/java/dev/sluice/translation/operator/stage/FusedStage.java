package dev.sluice.translation.operator.stage;

import dev.sluice.executor.api.PartitionProcessor;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.StageProgram;
import java.util.List;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;

/**
 * The program of a fused stage: steps that pass elements by direct calls.
 *
 * @param steps in topological order
 * @param outputSteps for each output of the stage the step whose output watermark it carries
 * @param holdsBackEnd whether the last watermark is held back until the job has settled, since a
 *     step further down uses processing time (DESIGN C4)
 * @param wholeInput whether the data batch of the job brings the whole input
 * @param options the pipeline's options
 */
public record FusedStage(
    List<FusedStep> steps,
    List<Integer> outputSteps,
    boolean holdsBackEnd,
    boolean wholeInput,
    SerializablePipelineOptions options)
    implements StageProgram {
  private static final long serialVersionUID = 1;

  /** Copies the lists. */
  public FusedStage {
    steps = List.copyOf(steps);
    outputSteps = List.copyOf(outputSteps);
  }

  @Override
  public PartitionProcessor create(ProcessorContext context) throws Exception {
    return new StageProcessor(this, context);
  }
}
