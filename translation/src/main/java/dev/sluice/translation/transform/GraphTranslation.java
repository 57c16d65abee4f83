package dev.sluice.translation.transform;

import dev.sluice.translation.graph.PipelineGraph;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineVisitor;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.runners.TransformHierarchy.Node;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PValue;

/** Walks over a pipeline and translates each transform that we run ourselves, composites first. */
public final class GraphTranslation {
  private GraphTranslation() {}

  /**
   * Rewrites the pipeline by the overrides and makes the graph of its steps.
   *
   * @throws IllegalArgumentException if a transform cannot be run, with its name and the reason
   */
  public static PipelineGraph translate(Pipeline pipeline, TranslationSettings settings) {
    Overrides.apply(pipeline);
    GraphBuilder graph =
        new GraphBuilder(
            settings,
            new SerializablePipelineOptions(pipeline.getOptions()),
            !settings.streaming() && isBounded(pipeline));
    pipeline.traverseTopologically(new Visitor(pipeline, graph));
    // the whole input of a bounded job goes through tables that spill
    return settings.fastPaths() && !graph.wholeInput()
        ? SlidingBySlices.rewrite(graph.build())
        : graph.build();
  }

  private static boolean isBounded(Pipeline pipeline) {
    AtomicBoolean bounded = new AtomicBoolean(true);
    pipeline.traverseTopologically(
        new PipelineVisitor.Defaults() {
          @Override
          public void visitValue(PValue value, Node producer) {
            if (value instanceof PCollection<?> collection
                && collection.isBounded() == IsBounded.UNBOUNDED) {
              bounded.set(false);
            }
          }
        });
    return bounded.get();
  }

  private static final class Visitor extends PipelineVisitor.Defaults {
    private final Pipeline pipeline;
    private final GraphBuilder graph;

    Visitor(Pipeline pipeline, GraphBuilder graph) {
      this.pipeline = pipeline;
      this.graph = graph;
    }

    @Override
    public CompositeBehavior enterCompositeTransform(Node node) {
      TransformTranslator<?> translator =
          node.getTransform() == null ? null : Translators.ofComposite(node.getTransform());
      if (translator == null || !accepts(translator, node)) {
        return CompositeBehavior.ENTER_TRANSFORM;
      }
      run(translator, node);
      return CompositeBehavior.DO_NOT_ENTER_TRANSFORM;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the table is keyed by the transform's kind
    private boolean accepts(TransformTranslator<?> translator, Node node) {
      return ((TransformTranslator) translator)
          .accepts(
              (AppliedPTransform) node.toAppliedPTransform(pipeline), node.getTransform(), graph);
    }

    @Override
    public void visitPrimitiveTransform(Node node) {
      TransformTranslator<?> translator = Translators.ofPrimitive(node.getTransform());
      if (translator == null) {
        throw new IllegalArgumentException(
            "Sluice cannot run the transform "
                + node.getFullName()
                + " ("
                + node.getTransform().getClass().getName()
                + "): it is a primitive that this runner does not know. Cross-language transforms and"
                + " primitives of other runners are not supported.");
      }
      run(translator, node);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the table is keyed by the transform's kind
    private void run(TransformTranslator<?> translator, Node node) {
      AppliedPTransform applied = node.toAppliedPTransform(pipeline);
      PTransform transform = node.getTransform();
      try {
        ((TransformTranslator) translator).translate(applied, transform, graph);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalArgumentException(
            "Sluice cannot translate the transform " + node.getFullName() + ": " + e.getMessage(),
            e);
      }
    }
  }
}
