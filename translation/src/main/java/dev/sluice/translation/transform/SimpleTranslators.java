package dev.sluice.translation.transform;

import dev.sluice.translation.graph.StepNode.Traits;
import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.simple.AssignWindowsSpec;
import dev.sluice.translation.operator.simple.PassSpec;
import dev.sluice.translation.operator.simple.ShardKeySpec;
import dev.sluice.translation.source.EmptyProgram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PValue;

/** Transforms that only move elements: Flatten, Window, Reshuffle, Redistribute. */
final class SimpleTranslators {
  private SimpleTranslators() {}

  /**
   * {@code Flatten.pCollections()}; the same collection twice gives two copies, none at all an
   * ended source.
   */
  static final class Flattens implements TransformTranslator<Flatten.PCollections<?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, Flatten.PCollections<?>> applied,
        Flatten.PCollections<?> transform,
        GraphBuilder graph) {
      int output = graph.collection(Applied.output(applied));
      String urn = PTransformTranslation.FLATTEN_TRANSFORM_URN;
      List<Integer> inputs = new ArrayList<>();
      for (PValue input : applied.getInputs().values()) {
        inputs.add(graph.collection((PCollection<?>) input));
      }
      if (inputs.isEmpty()) {
        graph.addSource(applied.getFullName(), urn, new EmptyProgram(), new PassSpec(), output);
        return;
      }
      graph.addStep(
          new GraphBuilder.StepDraft(
              applied.getFullName(),
              urn,
              new PassSpec(),
              null,
              inputs,
              Collections.nCopies(inputs.size(), new InputExchange.Fused()),
              List.of(output),
              List.of(),
              Traits.PLAIN));
    }
  }

  /**
   * {@code Window.into}; a Window that only changes the trigger and the like leaves windows alone.
   */
  static final class WindowAssigns implements TransformTranslator<Window.Assign<?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, Window.Assign<?>> applied,
        Window.Assign<?> transform,
        GraphBuilder graph) {
      graph.addStep(
          applied.getFullName(),
          PTransformTranslation.ASSIGN_WINDOWS_TRANSFORM_URN,
          transform.getWindowFn() == null
              ? new PassSpec()
              : new AssignWindowsSpec(transform.getWindowFn()),
          graph.collection(Applied.input(applied)),
          new InputExchange.Fused(),
          graph.collection(Applied.output(applied)));
    }
  }

  /** Reshuffle and Redistribute by key: to the partition of the key, everything else kept. */
  static final class KeyedShuffles<T extends PTransform<?, ?>> implements TransformTranslator<T> {
    @Override
    public void translate(AppliedPTransform<?, ?, T> applied, T transform, GraphBuilder graph) {
      PCollection<?> input = Applied.input(applied);
      KvCoder<?, ?> coder = (KvCoder<?, ?>) input.getCoder();
      addShuffle(applied, new InputExchange.Keyed(coder.getKeyCoder()), graph);
    }
  }

  /**
   * Reshuffle via random key and Redistribute arbitrarily: dealt out in turn, so that a replay
   * deals the same way.
   */
  static final class Spreads<T extends PTransform<?, ?>> implements TransformTranslator<T> {
    @Override
    public void translate(AppliedPTransform<?, ?, T> applied, T transform, GraphBuilder graph) {
      addShuffle(applied, new InputExchange.Scattered(), graph);
    }
  }

  /** The shards of {@code GroupIntoBatches.withShardedKey()}. */
  static final class ShardedKeys implements TransformTranslator<ShardedBatches.ShardKeys<?, ?>> {
    @Override
    public void translate(
        AppliedPTransform<?, ?, ShardedBatches.ShardKeys<?, ?>> applied,
        ShardedBatches.ShardKeys<?, ?> transform,
        GraphBuilder graph) {
      graph.addStep(
          applied.getFullName(),
          ShardedBatches.ShardKeys.URN,
          new ShardKeySpec(),
          graph.collection(Applied.input(applied)),
          new InputExchange.Fused(),
          graph.collection(Applied.output(applied)));
    }
  }

  private static void addShuffle(
      AppliedPTransform<?, ?, ?> applied, InputExchange exchange, GraphBuilder graph) {
    graph.addStep(
        new GraphBuilder.StepDraft(
            applied.getFullName(),
            PTransformTranslation.RESHUFFLE_URN,
            new PassSpec(),
            null,
            List.of(graph.collection(Applied.input(applied))),
            List.of(exchange),
            List.of(graph.collection(Applied.output(applied))),
            List.of(),
            new Traits(
                false, Applied.input(applied).isBounded() == PCollection.IsBounded.BOUNDED)));
  }
}
