package dev.sluice.translation;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.translation.fusion.Fusion;
import dev.sluice.translation.fusion.Partitioning;
import dev.sluice.translation.graph.PipelineGraph;
import dev.sluice.translation.graph.StepNode;
import dev.sluice.translation.source.TestStreamProgram;
import dev.sluice.translation.transform.GraphTranslation;
import dev.sluice.translation.transform.TranslationSettings;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.util.construction.SplittableParDo;

/**
 * From a Beam pipeline to a job of the engine: the pipeline is rewritten by overrides and walked
 * over, which gives a graph of steps ({@link GraphTranslation}); the graph is cut into stages at
 * shuffles and views ({@link Fusion}).
 */
public final class PipelineTranslator {
  private PipelineTranslator() {}

  /**
   * Translates a pipeline, which is changed by the overrides and must not be run again afterwards.
   *
   * @throws IllegalArgumentException if a transform cannot be run, with its name and the reason
   */
  public static JobGraph translate(Pipeline pipeline, TranslationSettings settings) {
    PipelineGraph graph = GraphTranslation.translate(pipeline, settings);
    ClockMode clock = clockMode(graph, settings.streaming());
    boolean wholeInput = clock == ClockMode.JUMPING;
    JobSettings job = settings.job().withClockMode(clock);
    if (hasSplittableStep(graph)) {
      // Timers that renew themselves may be dropped at the end, residuals are input and may not.
      job = job.withMaxSettleRounds(Integer.MAX_VALUE);
    }
    return Fusion.fuse(
        pipeline.getOptions().getJobName(),
        graph,
        new Partitioning(settings.keyedPartitions(), settings.scatteredPartitions()),
        wholeInput,
        job,
        new SerializablePipelineOptions(pipeline.getOptions()));
  }

  /**
   * A TestStream brings its own clock; whatever is unbounded runs by the real one; the rest may
   * jump to its end.
   */
  private static ClockMode clockMode(PipelineGraph graph, boolean streaming) {
    boolean unbounded = streaming || graph.collections().stream().anyMatch(node -> !node.bounded());
    for (StepNode step : graph.steps()) {
      if (step.source() instanceof TestStreamProgram) {
        return ClockMode.SCRIPTED;
      }
    }
    return unbounded ? ClockMode.REAL : ClockMode.JUMPING;
  }

  private static boolean hasSplittableStep(PipelineGraph graph) {
    return graph.steps().stream()
        .anyMatch(step -> step.urn().equals(SplittableParDo.SPLITTABLE_PROCESS_URN));
  }
}
