package dev.sluice.translation.operator.splittable;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.SplittableParDoViaKeyedWorkItems.ProcessElements;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineVisitor;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.runners.TransformHierarchy.Node;
import org.apache.beam.sdk.testing.CrashingRunner;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;

/** Rewrites pipelines with splittable DoFns, and feeds their operators. */
final class SplittableKit {
  private SplittableKit() {}

  static Pipeline pipeline() {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setRunner(CrashingRunner.class);
    return Pipeline.create(options);
  }

  /** The step of a ParDo over strings, shipped. */
  static SplittableProcessSpec spec(DoFn<String, ?> fn) {
    Pipeline pipeline = pipeline();
    pipeline.apply(Create.of("a")).apply("sdf", ParDo.of(fn));
    return spec(pipeline);
  }

  /** The step of a ParDo over strings with side inputs of the same pipeline. */
  static SplittableProcessSpec spec(
      Pipeline pipeline, DoFn<String, ?> fn, Map<String, PCollectionView<?>> views) {
    pipeline.apply(Create.of("a")).apply("sdf", ParDo.of(fn).withSideInputs(views));
    return spec(pipeline);
  }

  private static SplittableProcessSpec spec(Pipeline pipeline) {
    for (AppliedPTransform<?, ?, ?> applied : rewritten(pipeline)) {
      if (applied.getTransform() instanceof ProcessElements<?, ?, ?, ?, ?> transform) {
        return SerializableUtils.clone(SplittableProcessSpec.of(transform, applied));
      }
    }
    throw new AssertionError("no ProcessElements");
  }

  /** The primitives after the rewriting. */
  static List<AppliedPTransform<?, ?, ?>> rewritten(Pipeline pipeline) {
    pipeline.replaceAll(SplittableOverrides.all());
    List<AppliedPTransform<?, ?, ?>> primitives = new ArrayList<>();
    pipeline.traverseTopologically(
        new PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(Node node) {
            PTransform<?, ?> transform = node.getTransform();
            if (transform != null) {
              primitives.add(node.toAppliedPTransform(getPipeline()));
            }
          }
        });
    return primitives;
  }

  static Key key(String name) throws IOException {
    return Key.encode(ByteArrayCoder.of(), name.getBytes(StandardCharsets.UTF_8));
  }

  /** Gives an element with a restriction. */
  static void give(Operator operator, String element, Object restriction, long timestamp)
      throws Exception {
    operator.process(
        0,
        key(element),
        WindowedValues.timestampedValueInGlobalWindow(
            KV.of(element.getBytes(StandardCharsets.UTF_8), KV.of(element, restriction)),
            new Instant(timestamp)));
  }
}
