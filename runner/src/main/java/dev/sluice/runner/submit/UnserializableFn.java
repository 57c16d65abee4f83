package dev.sluice.runner.submit;

import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineVisitor;
import org.apache.beam.sdk.runners.TransformHierarchy.Node;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.SerializableUtils;

/**
 * Finds the step whose DoFn cannot be serialized, after it has turned out that there is one: Beam's
 * own message says what could not be serialized, but not where in the pipeline it stands.
 */
public final class UnserializableFn extends PipelineVisitor.Defaults {
  private IllegalArgumentException found;

  private UnserializableFn() {}

  /** The error that names the first such step; empty if there is none. */
  public static Optional<IllegalArgumentException> find(Pipeline pipeline) {
    UnserializableFn visitor = new UnserializableFn();
    pipeline.traverseTopologically(visitor);
    return Optional.ofNullable(visitor.found);
  }

  @Override
  public void visitPrimitiveTransform(Node node) {
    if (found == null && node.getTransform() instanceof ParDo.MultiOutput<?, ?> parDo) {
      check(node.getFullName(), parDo.getFn());
    }
  }

  private void check(String step, DoFn<?, ?> fn) {
    try {
      SerializableUtils.serializeToByteArray(fn);
    } catch (IllegalArgumentException e) {
      found =
          new IllegalArgumentException(
              "step "
                  + step
                  + ": its DoFn "
                  + fn.getClass().getName()
                  + " cannot be serialized; it or something it refers to is not Serializable",
              e);
    }
  }
}
