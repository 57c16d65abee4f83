package dev.sluice.translation.transform;

import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.grouping.CombineInput;
import dev.sluice.translation.operator.grouping.CombineLifting;
import dev.sluice.translation.operator.grouping.CombinePerKeySpec;
import dev.sluice.translation.operator.grouping.PrecombineSpec;
import java.util.Optional;
import org.apache.beam.sdk.coders.CannotProvideCoderException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.CombineFnBase.GlobalCombineFn;
import org.apache.beam.sdk.transforms.CombineWithContext.CombineFnWithContext;
import org.apache.beam.sdk.util.AppliedCombineFn;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * {@code Combine.perKey} as a whole, combining before the shuffle where nobody can tell. A function
 * with context or side inputs, or without a coder for its accumulators, is left to Beam's
 * expansion: a GroupByKey and a ParDo.
 */
final class CombineTranslator implements TransformTranslator<Combine.PerKey<?, ?, ?>> {
  @Override
  public boolean accepts(
      AppliedPTransform<?, ?, Combine.PerKey<?, ?, ?>> applied,
      Combine.PerKey<?, ?, ?> transform,
      GraphBuilder graph) {
    return graph.settings().fastPaths()
        && transform.getSideInputs().isEmpty()
        && !(transform.getFn() instanceof CombineFnWithContext)
        && Applied.input(applied).getCoder() instanceof KvCoder
        && accumulatorCoder(applied, transform).isPresent();
  }

  @Override
  public void translate(
      AppliedPTransform<?, ?, Combine.PerKey<?, ?, ?>> applied,
      Combine.PerKey<?, ?, ?> transform,
      GraphBuilder graph) {
    PCollection<?> input = Applied.input(applied);
    WindowingStrategy<?, ?> windowing = input.getWindowingStrategy();
    KvCoder<?, ?> coder = (KvCoder<?, ?>) input.getCoder();
    AppliedCombineFn<?, ?, ?, ?> combine =
        applied(transform.getFn(), accumulatorCoder(applied, transform).orElseThrow());
    boolean lifted = CombineLifting.isLiftable(windowing, transform.getFn(), graph.wholeInput());
    int values = graph.collection(input);
    if (lifted) {
      PrecombineSpec precombine = new PrecombineSpec(coder, combine, windowing);
      int accumulators =
          graph.newCollection(
              applied.getFullName() + "/accumulators",
              precombine.outputCoder(),
              windowing,
              input.isBounded() == IsBounded.BOUNDED);
      graph.addStep(
          applied.getFullName() + "/precombine",
          PTransformTranslation.COMBINE_PER_KEY_PRECOMBINE_TRANSFORM_URN,
          precombine,
          values,
          new InputExchange.Fused(),
          accumulators);
      values = accumulators;
    }
    graph.addStep(
        applied.getFullName(),
        PTransformTranslation.COMBINE_PER_KEY_TRANSFORM_URN,
        new CombinePerKeySpec(
            coder,
            combine,
            windowing,
            lifted ? CombineInput.ACCUMULATORS : CombineInput.VALUES,
            true),
        values,
        new InputExchange.Keyed(coder.getKeyCoder()),
        graph.collection(Applied.output(applied)));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the pipeline has fixed the types
  private static AppliedCombineFn<?, ?, ?, ?> applied(
      GlobalCombineFn<?, ?, ?> fn, Coder<?> accumulatorCoder) {
    return AppliedCombineFn.withAccumulatorCoder((GlobalCombineFn) fn, (Coder) accumulatorCoder);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the pipeline has fixed the types
  private static Optional<Coder<?>> accumulatorCoder(
      AppliedPTransform<?, ?, ?> applied, Combine.PerKey<?, ?, ?> transform) {
    PCollection<?> input = Applied.input(applied);
    CoderRegistry registry = input.getPipeline().getCoderRegistry();
    Coder values = ((KvCoder<?, ?>) input.getCoder()).getValueCoder();
    try {
      return Optional.of(
          ((GlobalCombineFn) transform.getFn()).getAccumulatorCoder(registry, values));
    } catch (CannotProvideCoderException e) {
      return Optional.empty();
    }
  }
}
