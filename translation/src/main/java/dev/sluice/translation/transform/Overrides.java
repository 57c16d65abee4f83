package dev.sluice.translation.transform;

import dev.sluice.translation.operator.splittable.SplittableOverrides;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.PTransformOverride;
import org.apache.beam.sdk.util.construction.SplittableParDo;
import org.apache.beam.sdk.util.construction.UnconsumedReads;

/** Rewrites a pipeline into the transforms we translate; the pipeline itself is changed. */
final class Overrides {
  private Overrides() {}

  static void apply(Pipeline pipeline) {
    UnconsumedReads.ensureAllReadsConsumed(pipeline);
    SplittableParDo.convertReadBasedSplittableDoFnsToPrimitiveReadsIfNecessary(pipeline);
    List<PTransformOverride> overrides = new ArrayList<>(SplittableOverrides.all());
    overrides.add(ShardedBatches.override());
    pipeline.replaceAll(overrides);
  }
}
