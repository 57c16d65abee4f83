package dev.sluice.translation.transform;

import java.util.Collection;
import java.util.Map;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.util.construction.TransformInputs;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;

/** Reads the inputs and outputs of an applied transform. */
final class Applied {
  private Applied() {}

  /** The one main input. */
  static PCollection<?> input(AppliedPTransform<?, ?, ?> applied) {
    Collection<PValue> inputs = TransformInputs.nonAdditionalInputs(applied);
    if (inputs.size() != 1) {
      throw new IllegalStateException(
          applied.getFullName() + " should have one main input, has " + inputs.size());
    }
    return (PCollection<?>) inputs.iterator().next();
  }

  /** The one output. */
  static PCollection<?> output(AppliedPTransform<?, ?, ?> applied) {
    Map<TupleTag<?>, PCollection<?>> outputs = applied.getOutputs();
    if (outputs.size() != 1) {
      throw new IllegalStateException(
          applied.getFullName() + " should have one output, has " + outputs.size());
    }
    return outputs.values().iterator().next();
  }
}
