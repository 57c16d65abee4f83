package dev.sluice.translation.operator.splittable;

import org.apache.beam.model.pipeline.v1.RunnerApi.FunctionSpec;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.util.construction.PTransformTranslation.RawPTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Pairs each element with a key that no other element of the transform has, in no run of the job.
 * Primitive; it runs as {@link UniqueKeySpec}.
 *
 * @param <T> of the elements
 */
public final class UniqueKeys<T> extends RawPTransform<PCollection<T>, PCollection<KV<byte[], T>>> {
  /** The URN. */
  public static final String URN = "sluice:transform:unique_keys:v1";

  @Override
  public PCollection<KV<byte[], T>> expand(PCollection<T> input) {
    return PCollection.createPrimitiveOutputInternal(
        input.getPipeline(),
        input.getWindowingStrategy(),
        input.isBounded(),
        KvCoder.of(ByteArrayCoder.of(), input.getCoder()));
  }

  @Override
  public String getUrn() {
    return URN;
  }

  @Override
  public FunctionSpec getSpec() {
    return FunctionSpec.newBuilder().setUrn(URN).build();
  }
}
