package dev.sluice.translation.transform;

import dev.sluice.translation.graph.StepNode.Traits;
import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.check.MutationCheckSpec;
import dev.sluice.translation.operator.pardo.ParDoSpec;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.util.construction.ParDoTranslation;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;

/**
 * {@code ParDo}: fused where it can be; by key where it has state or timers; cut before where it
 * wants stable input.
 */
final class ParDoTranslator implements TransformTranslator<ParDo.MultiOutput<?, ?>> {
  @Override
  public void translate(
      AppliedPTransform<?, ?, ParDo.MultiOutput<?, ?>> applied,
      ParDo.MultiOutput<?, ?> transform,
      GraphBuilder graph)
      throws Exception {
    PCollection<?> input = Applied.input(applied);
    DoFn<?, ?> fn = transform.getFn();
    List<TupleTag<?>> tags = new ArrayList<>();
    tags.add(transform.getMainOutputTag());
    tags.addAll(transform.getAdditionalOutputTags().getAll());
    List<PCollectionView<?>> views = views(transform);
    ParDoSpec spec =
        new ParDoSpec(
            fn,
            transform.getMainOutputTag(),
            transform.getAdditionalOutputTags().getAll(),
            input.getCoder(),
            ParDoTranslation.getOutputCoders(applied),
            input.getWindowingStrategy(),
            ParDoTranslation.getSchemaInformation(applied),
            ParDoTranslation.getSideInputMapping(applied),
            views);
    if (!graph.settings().fastPaths()) {
      spec = spec.withoutDirect();
    }
    graph.addStep(
        new GraphBuilder.StepDraft(
            applied.getFullName(),
            PTransformTranslation.PAR_DO_TRANSFORM_URN,
            graph.settings().checkMutation() ? checked(spec, applied, input, tags) : spec,
            null,
            List.of(graph.collection(input)),
            List.of(exchange(spec, fn, input)),
            graph.outputs(applied, tags),
            views,
            new Traits(ProcessingTime.isUsedBy(fn), false)));
  }

  private static StepSpec checked(
      StepSpec spec,
      AppliedPTransform<?, ?, ?> applied,
      PCollection<?> input,
      List<TupleTag<?>> tags) {
    List<Coder<?>> coders = new ArrayList<>();
    for (TupleTag<?> tag : tags) {
      PCollection<?> output = applied.getOutputs().get(tag);
      coders.add(output == null ? null : output.getCoder());
    }
    return new MutationCheckSpec(spec, input.getCoder(), coders);
  }

  /** The side inputs, each once, in an order that follows from the pipeline. */
  private static List<PCollectionView<?>> views(ParDo.MultiOutput<?, ?> transform) {
    List<PCollectionView<?>> views = new ArrayList<>();
    for (PCollectionView<?> view : transform.getSideInputs().values()) {
      if (!views.contains(view)) {
        views.add(view);
      }
    }
    return views;
  }

  private static InputExchange exchange(ParDoSpec spec, DoFn<?, ?> fn, PCollection<?> input)
      throws Exception {
    DoFnSignature signature = DoFnSignatures.getSignature(fn.getClass());
    if (spec.isStateful()) {
      KvCoder<?, ?> coder = (KvCoder<?, ?>) input.getCoder();
      coder.getKeyCoder().verifyDeterministic();
      return new InputExchange.Keyed(coder.getKeyCoder());
    }
    return signature.processElement().requiresStableInput()
        ? new InputExchange.Cut()
        : new InputExchange.Fused();
  }
}
