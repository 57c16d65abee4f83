package dev.sluice.translation.transform;

import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.PTransform;

/** Turns one applied transform into steps of ours. */
interface TransformTranslator<T extends PTransform<?, ?>> {
  /** Whether this one is to be translated as a whole; if not, a composite is expanded. */
  default boolean accepts(AppliedPTransform<?, ?, T> applied, T transform, GraphBuilder graph) {
    return true;
  }

  /**
   * Adds the transform's steps to the graph.
   *
   * @throws Exception if the transform cannot be run, with a message that names it and says why
   */
  void translate(AppliedPTransform<?, ?, T> applied, T transform, GraphBuilder graph)
      throws Exception;
}
