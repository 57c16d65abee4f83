package dev.sluice.translation.transform;

import dev.sluice.translation.graph.StepNode.Traits;
import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.splittable.SplittableProcessSpec;
import dev.sluice.translation.operator.splittable.UniqueKeySpec;
import dev.sluice.translation.operator.splittable.UniqueKeys;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.core.SplittableParDoViaKeyedWorkItems;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.util.construction.SplittableParDo;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Splittable DoFns: work items are brought by their key and processed by an operator of their own.
 */
final class SplittableTranslators {
  private SplittableTranslators() {}

  /** The keys of work items, which are counted and not drawn. */
  static final class Keys implements TransformTranslator<UniqueKeys<?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, UniqueKeys<?>> applied,
        UniqueKeys<?> transform,
        GraphBuilder graph) {
      graph.addStep(
          applied.getFullName(),
          "sluice:transform:unique_keys:v1",
          new UniqueKeySpec(),
          graph.collection(Applied.input(applied)),
          new InputExchange.Fused(),
          graph.collection(Applied.output(applied)));
    }
  }

  /** The grouping into work items is nothing but the exchange in front of the processing step. */
  static final class GroupIntoWorkItems<T extends PTransform<?, ?>>
      implements TransformTranslator<T> {
    @Override
    public void translate(AppliedPTransform<?, ?, T> applied, T transform, GraphBuilder graph) {
      graph.alias(Applied.output(applied), Applied.input(applied));
    }
  }

  /** The processing of elements and restrictions. */
  static final class ProcessElements
      implements TransformTranslator<
          SplittableParDoViaKeyedWorkItems.ProcessElements<?, ?, ?, ?, ?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, SplittableParDoViaKeyedWorkItems.ProcessElements<?, ?, ?, ?, ?>>
            applied,
        SplittableParDoViaKeyedWorkItems.ProcessElements<?, ?, ?, ?, ?> transform,
        GraphBuilder graph)
        throws Exception {
      List<TupleTag<?>> tags = new ArrayList<>();
      tags.add(transform.getMainOutputTag());
      tags.addAll(transform.getAdditionalOutputTags().getAll());
      int input = graph.collection(Applied.input(applied));
      List<PCollectionView<?>> views = List.copyOf(transform.getSideInputs());
      graph.addStep(
          new GraphBuilder.StepDraft(
              applied.getFullName(),
              SplittableParDo.SPLITTABLE_PROCESS_URN,
              SplittableProcessSpec.of(transform, applied),
              null,
              List.of(input),
              List.of(new InputExchange.Keyed(ByteArrayCoder.of())),
              graph.outputs(applied, tags),
              views,
              new Traits(true, false)));
    }
  }
}
