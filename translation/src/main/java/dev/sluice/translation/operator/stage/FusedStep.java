package dev.sluice.translation.operator.stage;

import dev.sluice.translation.operator.StepSpec;
import java.io.Serializable;
import java.util.List;

/**
 * A step and its place in a stage.
 *
 * @param name full name of the transform
 * @param spec how it runs
 * @param inputs for each main input where its elements come from; their watermarks' minimum is the
 *     step's input watermark
 * @param outputs for each output who takes its elements
 * @param views for each view of the step its place among the stage's views
 */
record FusedStep(
    String name,
    StepSpec spec,
    List<Origin> inputs,
    List<List<Target>> outputs,
    List<Integer> views)
    implements Serializable {

  FusedStep {
    inputs = List.copyOf(inputs);
    outputs = outputs.stream().map(List::copyOf).toList();
    views = List.copyOf(views);
  }

  /** Where a main input's elements come from. */
  sealed interface Origin extends Serializable {}

  /** From another step of the stage. */
  record FromStep(int step) implements Origin {}

  /** From an input of the stage. */
  record FromStage(int input) implements Origin {}

  /** Who takes an output's elements. */
  sealed interface Target extends Serializable {}

  /** A main input of a later step of the stage. */
  record ToStep(int step, int input) implements Target {}

  /** An output of the stage. */
  record ToStage(int output, StageOutput kind) implements Target {}
}
