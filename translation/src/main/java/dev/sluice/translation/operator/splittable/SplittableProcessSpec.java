package dev.sluice.translation.operator.splittable;

import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.pardo.Finalizers;
import dev.sluice.translation.operator.pardo.SideInputGate;
import dev.sluice.translation.operator.pardo.TaggedOutputs;
import dev.sluice.translation.operator.view.ViewReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.OutputAndTimeBoundedSplittableProcessElementInvoker;
import org.apache.beam.runners.core.SplittableParDoViaKeyedWorkItems.ProcessElements;
import org.apache.beam.runners.core.SplittableParDoViaKeyedWorkItems.ProcessFn;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;
import org.apache.beam.sdk.transforms.reflect.DoFnInvokers;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;

/**
 * The processing of a splittable DoFn as it is shipped. The DoFn is kept serialized, so that no
 * executor ever calls the user's own object. The input is keyed by unique keys ({@code
 * ByteArrayCoder}); elements are {@code KV<byte[], KV<element, restriction>>}. Outputs are the main
 * one, then the additional ones in order; views are in the order of the transform.
 */
public final class SplittableProcessSpec implements StepSpec {
  private static final long serialVersionUID = 1;

  private final byte[] serializedFn;
  private final boolean boundedPerElement;
  private final WorkItemCodec codec;
  private final ArrayList<TupleTag<?>> tags;
  private final LinkedHashMap<String, PCollectionView<?>> sideInputMapping;
  private final ArrayList<PCollectionView<?>> views;
  private final Duration allowedLateness;
  private final SplittableBudget budget;

  private SplittableProcessSpec(
      byte[] serializedFn,
      boolean boundedPerElement,
      WorkItemCodec codec,
      List<TupleTag<?>> tags,
      Map<String, PCollectionView<?>> sideInputMapping,
      List<PCollectionView<?>> views,
      Duration allowedLateness,
      SplittableBudget budget) {
    this.serializedFn = serializedFn;
    this.boundedPerElement = boundedPerElement;
    this.codec = codec;
    this.tags = new ArrayList<>(tags);
    this.sideInputMapping = new LinkedHashMap<>(sideInputMapping);
    this.views = new ArrayList<>(views);
    this.allowedLateness = allowedLateness;
    this.budget = budget;
  }

  /**
   * The step of a transform that {@link SplittableOverrides} made.
   *
   * @param transform what is applied
   * @param applied its application, which knows the pipeline's coders
   * @throws IllegalArgumentException if the DoFn cannot be serialized
   */
  public static SplittableProcessSpec of(
      ProcessElements<?, ?, ?, ?, ?> transform, AppliedPTransform<?, ?, ?> applied) {
    return ofTyped(transform, applied);
  }

  private static <I, O, R, P, W> SplittableProcessSpec ofTyped(
      ProcessElements<I, O, R, P, W> transform, AppliedPTransform<?, ?, ?> applied) {
    DoFn<I, O> fn = transform.getFn();
    ProcessFn<I, O, R, P, W> processFn = transform.newProcessFn(fn);
    WindowingStrategy<?, ?> windowing = processFn.getInputWindowingStrategy();
    Coder<W> estimatorStateCoder =
        DoFnInvokers.invokerFor(fn)
            .invokeGetWatermarkEstimatorStateCoder(applied.getPipeline().getCoderRegistry());
    List<TupleTag<?>> tags = new ArrayList<>();
    tags.add(transform.getMainOutputTag());
    tags.addAll(transform.getAdditionalOutputTags().getAll());
    return new SplittableProcessSpec(
        SerializableUtils.serializeToByteArray(fn),
        DoFnSignatures.signatureForDoFn(fn).isBoundedPerElement() == IsBounded.BOUNDED,
        new WorkItemCodec(
            processFn.getElementCoder(),
            windowing.getWindowFn().windowCoder(),
            processFn.getRestrictionCoder(),
            estimatorStateCoder),
        tags,
        transform.getSideInputMapping(),
        transform.getSideInputs(),
        windowing.getAllowedLateness(),
        SplittableBudget.SHORT_BATCHES);
  }

  /** The same with another budget. */
  public SplittableProcessSpec withBudget(SplittableBudget newBudget) {
    return new SplittableProcessSpec(
        serializedFn,
        boundedPerElement,
        codec,
        tags,
        sideInputMapping,
        views,
        allowedLateness,
        newBudget);
  }

  @Override
  public Operator create(OperatorContext context) {
    ViewReader reader = new ViewReader(views, context);
    SplittableRuntime runtime =
        new SplittableRuntime(
            finalizer -> setUp(context, reader, finalizer),
            new Finalizers(context.stepName()),
            reader,
            new SideInputGate(views, reader),
            allowedLateness);
    return new SplittableProcessOperator(
        context, runtime, new WorkItems(codec, context.maxParallelism()));
  }

  @SuppressWarnings("unchecked") // what was serialized is a DoFn; types are erased from here on
  private SplittableFn setUp(
      OperatorContext context, ViewReader reader, BundleFinalizer finalizer) {
    DoFn<Object, Object> fn =
        (DoFn<Object, Object>)
            SerializableUtils.deserializeFromByteArray(
                serializedFn, "DoFn of " + context.stepName());
    SplittableBudget granted =
        boundedPerElement && context.wholeInput() ? SplittableBudget.UNLIMITED : budget;
    CheckpointTimer timer =
        context.shared("checkpoint timer", () -> new CheckpointTimer(context.stepName()));
    OutputAndTimeBoundedSplittableProcessElementInvoker<Object, Object, Object, Object, Object>
        bounded =
            new OutputAndTimeBoundedSplittableProcessElementInvoker<>(
                fn,
                context.options(),
                new TaggedOutputs(tags, context),
                (TupleTag<Object>) tags.get(0),
                reader,
                timer.executor(),
                granted.maxOutputs(),
                Duration.millis(granted.maxMillis()),
                () -> finalizer);
    return new SplittableFn(
        DoFnInvokers.tryInvokeSetupFor(fn, context.options()),
        bounded,
        context.options(),
        new SideInputsByTag(sideInputMapping, reader),
        finalizer);
  }
}
