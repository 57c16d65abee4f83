package dev.sluice.translation.transform;

import dev.sluice.translation.operator.splittable.SplittableOverrides;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.util.construction.SplittableParDo;
import org.apache.beam.sdk.util.construction.UnconsumedReads;

/** Rewrites a pipeline into the transforms we translate; the pipeline itself is changed. */
final class Overrides {
  private Overrides() {}

  static void apply(Pipeline pipeline) {
    UnconsumedReads.ensureAllReadsConsumed(pipeline);
    SplittableParDo.convertReadBasedSplittableDoFnsToPrimitiveReadsIfNecessary(pipeline);
    pipeline.replaceAll(SplittableOverrides.all());
  }
}
