package dev.sluice.translation.graph;

import dev.sluice.executor.api.SourceProgram;
import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.StepSpec;
import java.util.List;

/**
 * A step: one primitive transform.
 *
 * @param id place in {@link PipelineGraph#steps()}, which are in topological order
 * @param name full name of the transform
 * @param urn what it is
 * @param spec how it runs; for a source what is done with each record it reads
 * @param source where a source step reads, or null
 * @param inputs collections of the main inputs, by id
 * @param exchanges how each main input is brought
 * @param outputs collections of the outputs, by id, main output first
 * @param views views that the step looks at, by id
 * @param traits what the planner has to know
 */
public record StepNode(
    int id,
    String name,
    String urn,
    StepSpec spec,
    SourceProgram source,
    List<Integer> inputs,
    List<InputExchange> exchanges,
    List<Integer> outputs,
    List<Integer> views,
    Traits traits) {

  /**
   * What the planner has to know of a step.
   *
   * @param usesProcessingTime whether it has processing-time timers or is splittable, so that work
   *     would be lost if the end of time came together with data: then whoever feeds it holds the
   *     last watermark back until the job has settled. A processing-time trigger loses nothing: its
   *     elements are in the last pane.
   * @param manyPartitions whether its work is to be spread widely (behind a Reshuffle of a bounded
   *     collection)
   */
  public record Traits(boolean usesProcessingTime, boolean manyPartitions) {
    /** Nothing special. */
    public static final Traits PLAIN = new Traits(false, false);
  }
}
