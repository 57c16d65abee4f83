package dev.sluice.translation.operator.stage;

import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.stage.FusedStep.FromStage;
import dev.sluice.translation.operator.stage.FusedStep.FromStep;
import dev.sluice.translation.operator.stage.FusedStep.Origin;
import dev.sluice.translation.operator.stage.FusedStep.Target;
import dev.sluice.translation.operator.stage.FusedStep.ToStage;
import dev.sluice.translation.operator.stage.FusedStep.ToStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.coders.Coder;

/** Wires the steps of one stage. Steps are named by their ids in the pipeline's graph. */
public final class FusedStageBuilder {
  private final Map<Integer, Wiring> wirings = new LinkedHashMap<>();
  private final List<Integer> outputSteps = new ArrayList<>();
  private int inputs;

  /**
   * Adds a step with its numbers of main inputs and outputs, after those that it takes elements
   * from.
   */
  public void addStep(int id, String name, StepSpec spec, int inputs, int outputs) {
    wirings.put(id, new Wiring(name, spec, wirings.size(), inputs, outputs));
  }

  /** A new input of the stage. */
  public int newInput() {
    return inputs++;
  }

  /** How many inputs the stage has by now. */
  public int inputs() {
    return inputs;
  }

  /** How many outputs the stage has by now. */
  public int outputs() {
    return outputSteps.size();
  }

  /** A step's main input comes from an input of the stage. */
  public void fromStage(int step, int input, int stageInput) {
    wirings.get(step).origins[input] = new FromStage(stageInput);
  }

  /** A step's main input comes from an output of another step of the stage. */
  public void connect(int producer, int output, int consumer, int input) {
    Wiring from = wirings.get(producer);
    Wiring to = wirings.get(consumer);
    from.targets.get(output).add(new ToStep(to.index, input));
    to.origins[input] = new FromStep(from.index);
  }

  /**
   * An output of a step leaves the stage.
   *
   * @param keyCoder what it is keyed by, or null
   * @return the new output of the stage
   */
  public int toStage(int producer, int output, Coder<?> keyCoder) {
    Wiring from = wirings.get(producer);
    int stageOutput = outputSteps.size();
    outputSteps.add(from.index);
    StageOutput kind = keyCoder == null ? new StageOutput.Plain() : new StageOutput.Keyed(keyCoder);
    from.targets.get(output).add(new ToStage(stageOutput, kind));
    return stageOutput;
  }

  /** The places of a step's views among the stage's. */
  public void views(int step, List<Integer> places) {
    wirings.get(step).views = places;
  }

  /** The stage's program. */
  public FusedStage build(
      boolean holdsBackEnd, boolean wholeInput, SerializablePipelineOptions options) {
    List<FusedStep> steps =
        wirings.values().stream()
            .map(
                wiring ->
                    new FusedStep(
                        wiring.name,
                        wiring.spec,
                        Arrays.asList(wiring.origins),
                        wiring.targets,
                        wiring.views))
            .toList();
    return new FusedStage(steps, outputSteps, holdsBackEnd, wholeInput, options);
  }

  private static final class Wiring {
    final String name;
    final StepSpec spec;
    final int index;
    final Origin[] origins;
    final List<List<Target>> targets = new ArrayList<>();
    List<Integer> views = List.of();

    Wiring(String name, StepSpec spec, int index, int inputs, int outputs) {
      this.name = name;
      this.spec = spec;
      this.index = index;
      this.origins = new Origin[inputs];
      for (int i = 0; i < outputs; i++) {
        targets.add(new ArrayList<>());
      }
    }
  }
}
