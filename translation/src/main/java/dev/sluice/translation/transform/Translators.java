package dev.sluice.translation.transform;

import dev.sluice.translation.operator.splittable.UniqueKeys;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.util.construction.SplittableParDo;

/**
 * The table: which transform is translated by whom, by URN and, where a transform has none, by
 * class.
 */
final class Translators {
  private static final Map<String, TransformTranslator<?>> PRIMITIVES = new HashMap<>();
  private static final Map<String, TransformTranslator<?>> COMPOSITES = new HashMap<>();
  private static final Map<Class<?>, TransformTranslator<?>> BY_CLASS = new HashMap<>();

  static {
    PRIMITIVES.put(PTransformTranslation.IMPULSE_TRANSFORM_URN, new SourceTranslators.Impulses());
    PRIMITIVES.put(
        PTransformTranslation.TEST_STREAM_TRANSFORM_URN, new SourceTranslators.TestStreams());
    PRIMITIVES.put(PTransformTranslation.PAR_DO_TRANSFORM_URN, new ParDoTranslator());
    PRIMITIVES.put(PTransformTranslation.FLATTEN_TRANSFORM_URN, new SimpleTranslators.Flattens());
    PRIMITIVES.put(
        PTransformTranslation.ASSIGN_WINDOWS_TRANSFORM_URN, new SimpleTranslators.WindowAssigns());
    PRIMITIVES.put(
        PTransformTranslation.GROUP_BY_KEY_TRANSFORM_URN, new GroupingTranslators.GroupByKeys());
    PRIMITIVES.put(
        PTransformTranslation.CREATE_VIEW_TRANSFORM_URN, new GroupingTranslators.Views());

    PRIMITIVES.put(
        SplittableParDo.SPLITTABLE_GBKIKWI_URN, new SplittableTranslators.GroupIntoWorkItems<>());
    PRIMITIVES.put(
        SplittableParDo.SPLITTABLE_PROCESS_URN, new SplittableTranslators.ProcessElements());
    PRIMITIVES.put(ShardedBatches.ShardKeys.URN, new SimpleTranslators.ShardedKeys());
    BY_CLASS.put(UniqueKeys.class, new SplittableTranslators.Keys());

    COMPOSITES.put(PTransformTranslation.COMBINE_PER_KEY_TRANSFORM_URN, new CombineTranslator());
    COMPOSITES.put(PTransformTranslation.RESHUFFLE_URN, new SimpleTranslators.KeyedShuffles());
    COMPOSITES.put(
        PTransformTranslation.REDISTRIBUTE_BY_KEY_URN, new SimpleTranslators.KeyedShuffles());
    COMPOSITES.put(
        PTransformTranslation.REDISTRIBUTE_ARBITRARILY_URN, new SimpleTranslators.Spreads());

    BY_CLASS.put(SplittableParDo.PrimitiveBoundedRead.class, new SourceTranslators.BoundedReads());
    BY_CLASS.put(
        SplittableParDo.PrimitiveUnboundedRead.class, new SourceTranslators.UnboundedReads());
    BY_CLASS.put(Reshuffle.ViaRandomKey.class, new SimpleTranslators.Spreads());
  }

  private Translators() {}

  /** Who translates the composite as a whole, null if it is to be expanded. */
  static TransformTranslator<?> ofComposite(PTransform<?, ?> transform) {
    TransformTranslator<?> byClass = BY_CLASS.get(transform.getClass());
    return byClass != null ? byClass : COMPOSITES.get(urnOf(transform));
  }

  /** Who translates the primitive, null if nobody. */
  static TransformTranslator<?> ofPrimitive(PTransform<?, ?> transform) {
    TransformTranslator<?> byClass = BY_CLASS.get(transform.getClass());
    return byClass != null ? byClass : PRIMITIVES.get(urnOf(transform));
  }

  private static String urnOf(PTransform<?, ?> transform) {
    return PTransformTranslation.urnForTransformOrNull(transform);
  }
}
