package dev.sluice.translation.operator.splittable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.util.construction.SplittableParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.junit.jupiter.api.Test;

class SplittableOverridesTest {
  @Test
  void aSplittableParDoBecomesParDosUniqueKeysAndTheProcessing() {
    Pipeline pipeline = SplittableKit.pipeline();
    pipeline.apply(Create.of("a")).apply("sdf", ParDo.of(new Counting(3)));

    List<String> urns = new ArrayList<>();
    for (AppliedPTransform<?, ?, ?> applied : SplittableKit.rewritten(pipeline)) {
      if (applied.getFullName().startsWith("sdf")) {
        urns.add(PTransformTranslation.urnForTransformOrNull(applied.getTransform()));
      }
    }

    String parDo = PTransformTranslation.PAR_DO_TRANSFORM_URN;
    assertThat(urns)
        .containsExactly(
            parDo,
            parDo,
            parDo,
            UniqueKeys.URN,
            SplittableParDo.SPLITTABLE_GBKIKWI_URN,
            SplittableParDo.SPLITTABLE_PROCESS_URN);
  }

  @Test
  void keysOfTheUserStayWhatTheyAre() {
    Pipeline pipeline = SplittableKit.pipeline();
    pipeline.apply(Create.of("a")).apply("Assign unique key", WithKeys.of("mine"));

    for (AppliedPTransform<?, ?, ?> applied : SplittableKit.rewritten(pipeline)) {
      assertThat(applied.getTransform()).isNotInstanceOf(UniqueKeys.class);
    }
  }

  @Test
  void numbersAreUniqueAcrossPartitionsAndBatches() throws Exception {
    FakeOperatorContext context = new FakeOperatorContext("keys");
    FakeOperatorContext sibling = context.sibling(1);
    Set<String> keys = new TreeSet<>();
    for (FakeOperatorContext each : List.of(context, sibling)) {
      Operator operator = new UniqueKeySpec().create(each);
      for (int batch = 0; batch < 3; batch++) {
        operator.startBatch();
        for (int i = 0; i < 5; i++) {
          operator.process(0, null, WindowedValues.valueInGlobalWindow("same"));
        }
        operator.finishBatch(batch);
        each.nextBatch();
      }
      for (WindowedValue<?> element : each.outputs(0)) {
        KV<?, ?> pair = (KV<?, ?>) element.getValue();
        assertThat(pair.getValue()).isEqualTo("same");
        keys.add(Arrays.toString((byte[]) pair.getKey()));
      }
    }
    assertThat(keys).hasSize(30);
  }
}
