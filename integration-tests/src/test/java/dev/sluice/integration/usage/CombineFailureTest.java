package dev.sluice.integration.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.integration.pipelines.Trap;
import dev.sluice.integration.pipelines.Workshop;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.state.CombiningState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A CombineFn throws in one of its methods. */
@Timeout(60)
class CombineFailureTest {
  @RegisterExtension final Workshop workshop = new Workshop();

  @ParameterizedTest
  @CsvSource({
    "createAccumulator, false", "addInput, false", "compact, false", "extractOutput, false",
    "createAccumulator, true", "addInput, true", "compact, true", "extractOutput, true"
  })
  void perKey(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    keyed(pipeline).apply("Boom", Combine.perKey(new Sum(new Trap(method))));

    check(pipeline);
  }

  @ParameterizedTest
  @CsvSource({"mergeAccumulators, false", "mergeAccumulators, true"})
  void perKeyAfterAFanOut(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    keyed(pipeline)
        .apply(
            "Boom",
            Combine.<String, Integer, Integer>perKey(new Sum(new Trap(method)))
                .withHotKeyFanout(2));

    check(pipeline);
  }

  @ParameterizedTest
  @CsvSource({"addInput, false", "addInput, true"})
  void globally(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(1, 2, 3))
        .apply("Boom", Combine.globally(new Sum(new Trap(method))).withFanout(2));

    check(pipeline);
  }

  @ParameterizedTest
  @CsvSource({"addInput, false", "extractOutput, false", "addInput, true", "extractOutput, true"})
  void groupedValues(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    keyed(pipeline)
        .apply(GroupByKey.create())
        .apply("Boom", Combine.groupedValues(new Sum(new Trap(method))));

    check(pipeline);
  }

  @ParameterizedTest
  @CsvSource({"addInput", "extractOutput"})
  void inState(String method) {
    Pipeline pipeline = workshop.pipeline();
    keyed(pipeline).apply("Boom", ParDo.of(new Summing(new Trap(method))));

    check(pipeline);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void choosingTheFanOut(boolean streaming) {
    Trap trap = new Trap("fan-out");
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    keyed(pipeline)
        .apply(
            "Boom",
            Combine.<String, Integer, Integer>perKey(new Sum(Trap.none()))
                .withHotKeyFanout(
                    key -> {
                      trap.at("fan-out");
                      return 2;
                    }));

    check(pipeline);
  }

  private static PCollection<KV<String, Integer>> keyed(Pipeline pipeline) {
    return pipeline.apply(
        Create.of(KV.of("a", 1), KV.of("a", 2), KV.of("b", 3))
            .withCoder(KvCoder.of(StringUtf8Coder.of(), VarIntCoder.of())));
  }

  private static void check(Pipeline pipeline) {
    assertThat(Workshop.failureOf(pipeline))
        .hasMessageMatching("(?s)step Boom[/,].*")
        .hasCauseInstanceOf(Trap.Sprung.class);
  }

  /** Sums. */
  static final class Sum extends Combine.CombineFn<Integer, Integer, Integer> {
    private static final long serialVersionUID = 1;
    private final Trap trap;

    Sum(Trap trap) {
      this.trap = trap;
    }

    @Override
    public Integer createAccumulator() {
      trap.at("createAccumulator");
      return 0;
    }

    @Override
    public Integer addInput(Integer accumulator, Integer input) {
      trap.at("addInput");
      return accumulator + input;
    }

    @Override
    public Integer mergeAccumulators(Iterable<Integer> accumulators) {
      trap.at("mergeAccumulators");
      int sum = 0;
      for (int accumulator : accumulators) {
        sum += accumulator;
      }
      return sum;
    }

    @Override
    public Integer compact(Integer accumulator) {
      trap.at("compact");
      return accumulator;
    }

    @Override
    public Integer extractOutput(Integer accumulator) {
      trap.at("extractOutput");
      return accumulator;
    }
  }

  /** Sums in state. */
  static final class Summing extends DoFn<KV<String, Integer>, Integer> {
    private static final long serialVersionUID = 1;

    @StateId("sum")
    private final StateSpec<CombiningState<Integer, Integer, Integer>> spec;

    Summing(Trap trap) {
      spec = StateSpecs.combining(VarIntCoder.of(), new Sum(trap));
    }

    @ProcessElement
    public void process(
        @Element KV<String, Integer> element,
        @StateId("sum") CombiningState<Integer, Integer, Integer> sum,
        OutputReceiver<Integer> out) {
      sum.add(element.getValue());
      out.output(sum.read());
    }
  }
}
