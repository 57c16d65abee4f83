package dev.sluice.translation.operator.splittable;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.SplittableParDoViaKeyedWorkItems;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.runners.PTransformOverride;
import org.apache.beam.sdk.runners.PTransformOverrideFactory;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.util.construction.PTransformMatchers;
import org.apache.beam.sdk.util.construction.PTransformReplacements;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.util.construction.ReplacementOutputs;
import org.apache.beam.sdk.util.construction.SplittableParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Rewrites ParDos of splittable DoFns into
 *
 * <pre>
 *   pair with restriction → split restriction → explode windows → {@link UniqueKeys}
 *     → group into work items (an exchange by key) → process elements ({@link SplittableProcessSpec})
 * </pre>
 */
public final class SplittableOverrides {
  /** The function that draws random keys in Beam's expansion; it is private there. */
  private static final String RANDOM_KEYS = SplittableParDo.class.getName() + "$RandomUniqueKeyFn";

  private SplittableOverrides() {}

  /** The overrides, in the order in which they are to be applied. */
  public static List<PTransformOverride> all() {
    return List.of(
        PTransformOverride.of(
            PTransformMatchers.splittableParDo(), new SplittableParDo.OverrideFactory<>()),
        PTransformOverride.of(SplittableOverrides::drawsUniqueKeys, new UniqueKeysFactory<>()),
        PTransformOverride.of(
            PTransformMatchers.urnEqualTo(PTransformTranslation.SPLITTABLE_PROCESS_KEYED_URN),
            new SplittableParDoViaKeyedWorkItems.OverrideFactory<>()));
  }

  /**
   * Whether a transform is the one of Beam's expansion that draws keys. If a future Beam hides it
   * better, its random keys stay, which costs reproducible tests and nothing else.
   */
  private static boolean drawsUniqueKeys(AppliedPTransform<?, ?, ?> application) {
    if (!(application.getTransform() instanceof WithKeys)) {
      return false;
    }
    try {
      Field function = WithKeys.class.getDeclaredField("fn");
      function.setAccessible(true);
      return function.get(application.getTransform()).getClass().getName().equals(RANDOM_KEYS);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }

  private static final class UniqueKeysFactory<T>
      implements PTransformOverrideFactory<
          PCollection<T>, PCollection<KV<byte[], T>>, WithKeys<byte[], T>> {
    @Override
    public PTransformReplacement<PCollection<T>, PCollection<KV<byte[], T>>>
        getReplacementTransform(
            AppliedPTransform<PCollection<T>, PCollection<KV<byte[], T>>, WithKeys<byte[], T>>
                application) {
      return PTransformReplacement.of(
          PTransformReplacements.getSingletonMainInput(application), new UniqueKeys<>());
    }

    @Override
    public Map<PCollection<?>, ReplacementOutput> mapOutputs(
        Map<TupleTag<?>, PCollection<?>> outputs, PCollection<KV<byte[], T>> newOutput) {
      return ReplacementOutputs.singleton(outputs, newOutput);
    }
  }
}
