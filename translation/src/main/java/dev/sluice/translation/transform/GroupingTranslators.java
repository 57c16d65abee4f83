package dev.sluice.translation.transform;

import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.grouping.GroupByKeySpec;
import dev.sluice.translation.operator.view.ViewGroupSpec;
import dev.sluice.translation.operator.view.ViewMaterialization;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/** GroupByKey, and side inputs, which begin with a grouping of all elements under one key. */
final class GroupingTranslators {
  private GroupingTranslators() {}

  /** {@code GroupByKey}. */
  static final class GroupByKeys implements TransformTranslator<GroupByKey<?, ?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, GroupByKey<?, ?>> applied,
        GroupByKey<?, ?> transform,
        GraphBuilder graph) {
      PCollection<?> input = Applied.input(applied);
      KvCoder<?, ?> coder = (KvCoder<?, ?>) input.getCoder();
      addGrouping(
          applied,
          PTransformTranslation.GROUP_BY_KEY_TRANSFORM_URN,
          new GroupByKeySpec(coder, input.getWindowingStrategy(), graph.settings().fastPaths()),
          new InputExchange.Keyed(coder.getKeyCoder()),
          graph.collection(Applied.output(applied)),
          graph);
    }
  }

  /** {@code CreatePCollectionView}: the panes of the collection, folded into a view. */
  static final class Views implements TransformTranslator<View.CreatePCollectionView<?, ?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, View.CreatePCollectionView<?, ?>> applied,
        View.CreatePCollectionView<?, ?> transform,
        GraphBuilder graph) {
      PCollection<?> input = Applied.input(applied);
      PCollectionView<?> view = transform.getView();
      int panes =
          graph.newCollection(
              applied.getFullName() + "/panes",
              IterableCoder.of(input.getCoder()),
              input.getWindowingStrategy(),
              input.isBounded() == PCollection.IsBounded.BOUNDED);
      addGrouping(
          applied,
          PTransformTranslation.CREATE_VIEW_TRANSFORM_URN,
          new ViewGroupSpec(input.getCoder(), input.getWindowingStrategy()),
          new InputExchange.Gathered(),
          panes,
          graph);
      graph.addView(view, panes, new ViewMaterialization(input.getWindowingStrategy()));
    }
  }

  private static void addGrouping(
      AppliedPTransform<?, ?, ?> applied,
      String urn,
      StepSpec spec,
      InputExchange exchange,
      int output,
      GraphBuilder graph) {
    graph.addStep(
        applied.getFullName(),
        urn,
        spec,
        graph.collection(Applied.input(applied)),
        exchange,
        output);
  }
}
