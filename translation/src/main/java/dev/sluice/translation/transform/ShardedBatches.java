package dev.sluice.translation.transform;

import java.util.Map;
import org.apache.beam.model.pipeline.v1.RunnerApi.FunctionSpec;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.runners.PTransformOverride;
import org.apache.beam.sdk.runners.PTransformOverrideFactory;
import org.apache.beam.sdk.transforms.GroupIntoBatches;
import org.apache.beam.sdk.transforms.GroupIntoBatches.BatchingParams;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.util.ShardedKey;
import org.apache.beam.sdk.util.construction.PTransformMatchers;
import org.apache.beam.sdk.util.construction.PTransformReplacements;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.util.construction.PTransformTranslation.RawPTransform;
import org.apache.beam.sdk.util.construction.ReplacementOutputs;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;

/**
 * {@code GroupIntoBatches.withShardedKey()} with shards that a replay repeats. Beam leaves the
 * sharding to runners.
 *
 * @param <K> of the keys
 * @param <V> of the values
 */
final class ShardedBatches<K, V>
    extends PTransform<PCollection<KV<K, V>>, PCollection<KV<ShardedKey<K>, Iterable<V>>>> {
  private final transient BatchingParams<V> params;

  private ShardedBatches(BatchingParams<V> params) {
    this.params = params;
  }

  static PTransformOverride override() {
    return PTransformOverride.of(
        PTransformMatchers.urnEqualTo(
            PTransformTranslation.GROUP_INTO_BATCHES_WITH_SHARDED_KEY_URN),
        new Factory<>());
  }

  @Override
  public PCollection<KV<ShardedKey<K>, Iterable<V>>> expand(PCollection<KV<K, V>> input) {
    return input.apply("shard", new ShardKeys<>()).apply("batch", batches());
  }

  private GroupIntoBatches<ShardedKey<K>, V> batches() {
    long size = params.getBatchSize();
    long bytes = params.getBatchSizeBytes();
    GroupIntoBatches<ShardedKey<K>, V> batches;
    if (size == Long.MAX_VALUE) {
      batches = GroupIntoBatches.ofByteSize(bytes, params.getElementByteSize());
    } else {
      batches = GroupIntoBatches.ofSize(size);
      batches =
          bytes == Long.MAX_VALUE
              ? batches
              : batches.withByteSize(bytes, params.getElementByteSize());
    }
    return batches.withMaxBufferingDuration(params.getMaxBufferingDuration());
  }

  /**
   * Pairs each key with a shard. Primitive.
   *
   * @param <K> of the keys
   * @param <V> of the values
   */
  static final class ShardKeys<K, V>
      extends RawPTransform<PCollection<KV<K, V>>, PCollection<KV<ShardedKey<K>, V>>> {
    static final String URN = "sluice:transform:shard_keys:v1";

    @Override
    public PCollection<KV<ShardedKey<K>, V>> expand(PCollection<KV<K, V>> input) {
      KvCoder<K, V> coder = (KvCoder<K, V>) input.getCoder();
      return PCollection.createPrimitiveOutputInternal(
          input.getPipeline(),
          input.getWindowingStrategy(),
          input.isBounded(),
          KvCoder.of(ShardedKey.Coder.of(coder.getKeyCoder()), coder.getValueCoder()));
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

  private static final class Factory<K, V>
      implements PTransformOverrideFactory<
          PCollection<KV<K, V>>,
          PCollection<KV<ShardedKey<K>, Iterable<V>>>,
          GroupIntoBatches<K, V>.WithShardedKey> {
    @Override
    public PTransformReplacement<PCollection<KV<K, V>>, PCollection<KV<ShardedKey<K>, Iterable<V>>>>
        getReplacementTransform(
            AppliedPTransform<
                    PCollection<KV<K, V>>,
                    PCollection<KV<ShardedKey<K>, Iterable<V>>>,
                    GroupIntoBatches<K, V>.WithShardedKey>
                applied) {
      return PTransformReplacement.of(
          PTransformReplacements.getSingletonMainInput(applied),
          new ShardedBatches<>(applied.getTransform().getBatchingParams()));
    }

    @Override
    public Map<PCollection<?>, ReplacementOutput> mapOutputs(
        Map<TupleTag<?>, PCollection<?>> outputs,
        PCollection<KV<ShardedKey<K>, Iterable<V>>> newOutput) {
      return ReplacementOutputs.singleton(outputs, newOutput);
    }
  }
}
