package dev.sluice.translation.transform;

import dev.sluice.executor.api.SourceProgram;
import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.simple.PassSpec;
import dev.sluice.translation.source.BoundedReadProgram;
import dev.sluice.translation.source.DeduplicateSpec;
import dev.sluice.translation.source.ImpulseProgram;
import dev.sluice.translation.source.TestStreamProgram;
import dev.sluice.translation.source.UnboundedReadProgram;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Impulse;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.util.construction.SplittableParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.ValueWithRecordId.ValueWithRecordIdCoder;

/** Where elements come from. Sources are split here, at submission. */
final class SourceTranslators {
  private SourceTranslators() {}

  /** {@code Impulse}. */
  static final class Impulses implements TransformTranslator<Impulse> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, Impulse> applied, Impulse transform, GraphBuilder graph) {
      addSource(applied, PTransformTranslation.IMPULSE_TRANSFORM_URN, new ImpulseProgram(), graph);
    }
  }

  /** {@code TestStream}. */
  static final class TestStreams implements TransformTranslator<TestStream<?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, TestStream<?>> applied, TestStream<?> transform, GraphBuilder graph)
        throws Exception {
      addSource(
          applied,
          PTransformTranslation.TEST_STREAM_TRANSFORM_URN,
          TestStreamProgram.of(transform),
          graph);
    }
  }

  /** {@code Read.from(BoundedSource)}. */
  static final class BoundedReads
      implements TransformTranslator<SplittableParDo.PrimitiveBoundedRead<?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, SplittableParDo.PrimitiveBoundedRead<?>> applied,
        SplittableParDo.PrimitiveBoundedRead<?> transform,
        GraphBuilder graph)
        throws Exception {
      int splits = graph.settings().sourceSplits();
      addSource(
          applied,
          urnOf(transform),
          BoundedReadProgram.split(
              applied.getFullName(),
              transform.getSource(),
              graph.options().get(),
              splits,
              graph.settings().maxSourceSplits()),
          graph);
    }
  }

  /**
   * {@code Read.from(UnboundedSource)}; records that carry ids are deduplicated behind a shuffle by
   * id.
   */
  static final class UnboundedReads
      implements TransformTranslator<SplittableParDo.PrimitiveUnboundedRead<?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, SplittableParDo.PrimitiveUnboundedRead<?>> applied,
        SplittableParDo.PrimitiveUnboundedRead<?> transform,
        GraphBuilder graph)
        throws Exception {
      SourceProgram source =
          UnboundedReadProgram.split(
              applied.getFullName(),
              transform.getSource(),
              graph.options().get(),
              graph.settings().sourceSplits());
      if (!transform.getSource().requiresDeduping()) {
        addSource(applied, urnOf(transform), source, graph);
        return;
      }
      PCollection<?> output = Applied.output(applied);
      int identified =
          graph.newCollection(
              applied.getFullName() + "/identified",
              ValueWithRecordIdCoder.of(output.getCoder()),
              output.getWindowingStrategy(),
              false);
      graph.addSource(applied.getFullName(), urnOf(transform), source, new PassSpec(), identified);
      graph.addStep(
          applied.getFullName() + "/deduplicate",
          "sluice:transform:deduplicate:v1",
          new DeduplicateSpec(),
          identified,
          new InputExchange.Keyed(ByteArrayCoder.of()),
          graph.collection(output));
    }
  }

  private static String urnOf(PTransform<?, ?> transform) {
    return PTransformTranslation.urnForTransformOrNull(transform);
  }

  private static void addSource(
      AppliedPTransform<?, ?, ?> applied, String urn, SourceProgram source, GraphBuilder graph) {
    graph.addSource(
        applied.getFullName(),
        urn,
        source,
        new PassSpec(),
        graph.collection(Applied.output(applied)));
  }
}
