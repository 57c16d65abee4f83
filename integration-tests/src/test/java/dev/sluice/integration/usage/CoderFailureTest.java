package dev.sluice.integration.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.integration.pipelines.CountedFn;
import dev.sluice.integration.pipelines.Trap;
import dev.sluice.integration.pipelines.Workshop;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.DoubleCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A coder fails in the middle of the data, or cannot do what is asked of it. */
@Timeout(60)
class CoderFailureTest {
  @RegisterExtension final Workshop workshop = new Workshop();

  @ParameterizedTest
  @CsvSource({"encode, false", "decode, false", "encode, true", "decode, true"})
  void atAShuffle(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--encodeAtShuffle=ALWAYS", "--streaming=" + streaming);
    numbers(pipeline)
        .setCoder(new Fragile(method))
        .apply("Shuffle", Reshuffle.viaRandomKey())
        .apply("After", ParDo.of(new DoFnFailureTest.Plain(Trap.none())));

    PipelineExecutionException failure = Workshop.failureOf(pipeline);

    assertThat(failure)
        .hasRootCauseInstanceOf(CoderException.class)
        .hasRootCauseMessage("fragile: cannot " + method + " 500");
    assertThat(failure.getMessage()).contains("Fragile", "Shuffle");
  }

  @ParameterizedTest
  @CsvSource({"encode, false", "decode, false", "encode, true", "decode, true"})
  void ofAKey(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--encodeAtShuffle=ALWAYS", "--streaming=" + streaming);
    numbers(pipeline)
        .apply("Pair", ParDo.of(new Pair()))
        .setCoder(KvCoder.of(new Fragile(method), VarIntCoder.of()))
        .apply("Group", GroupByKey.create());

    assertThat(Workshop.failureOf(pipeline))
        .hasRootCauseInstanceOf(CoderException.class)
        .hasMessageContaining(method.equals("encode") ? "step Pair/" : "to Group: ");
  }

  @ParameterizedTest
  @CsvSource({"encode, false", "decode, false", "encode, true", "decode, true"})
  void inASideInput(String method, boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--encodeAtShuffle=ALWAYS", "--streaming=" + streaming);
    PCollectionView<List<Integer>> view =
        numbers(pipeline).setCoder(new Fragile(method)).apply("View", View.asList());
    pipeline
        .apply(Create.of(1, 2))
        .apply("Read", ParDo.of(new WindowFailureTest.Reading(view)).withSideInputs(view));

    assertThat(Workshop.failureOf(pipeline))
        .hasRootCauseInstanceOf(CoderException.class)
        .hasMessageContaining("View");
  }

  /** Records that go to disk are encoded there. */
  @ParameterizedTest
  @ValueSource(strings = {"encode", "decode"})
  void onTheWayToDisk(String method) {
    Pipeline pipeline = workshop.pipeline("--memoryBudget=1m");
    pipeline
        .apply(Create.of(1))
        .apply("Many", ParDo.of(new Many(200_000)))
        .setCoder(new Fragile(method, 150_000))
        .apply("Shuffle", Reshuffle.viaRandomKey())
        .apply("After", ParDo.of(new DoFnFailureTest.Plain(Trap.none())));

    assertThat(Workshop.failureOf(pipeline))
        .hasRootCauseInstanceOf(CoderException.class)
        .hasMessageContaining("Fragile");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nullWhereTheCoderForbidsIt(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--encodeAtShuffle=ALWAYS", "--streaming=" + streaming);
    pipeline
        .apply(Create.of(1))
        .apply("Nothing", ParDo.of(new Nulls()))
        .apply("Shuffle", Reshuffle.viaRandomKey());

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageContaining("step Nothing/")
        .hasRootCauseInstanceOf(CoderException.class)
        .hasRootCauseMessage("cannot encode a null String");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNullKey(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(1))
        .apply("Nothing", ParDo.of(new NullKeys()))
        .apply("Group", GroupByKey.create());

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageContaining("step Nothing/")
        .hasRootCauseInstanceOf(CoderException.class);
  }

  @Test
  void aKeyCoderThatIsNotDeterministic() {
    assertRefused(doubles -> doubles.apply("Boom", GroupByKey.create()));
  }

  @Test
  void aKeyCoderThatIsNotDeterministicUnderACombine() {
    assertRefused(doubles -> doubles.apply("Boom", Sum.integersPerKey()));
  }

  @Test
  void aKeyCoderThatIsNotDeterministicUnderState() {
    assertRefused(doubles -> doubles.apply("Boom", ParDo.of(new StatefulByDouble())));
  }

  /** Whether Beam refuses it while the pipeline is made, or we when it is run. */
  private void assertRefused(Consumer<PCollection<KV<Double, Integer>>> use) {
    Pipeline pipeline = workshop.pipeline();

    assertThatThrownBy(
            () -> {
              use.accept(
                  pipeline.apply(
                      Create.of(KV.of(1.0, 1))
                          .withCoder(KvCoder.of(DoubleCoder.of(), VarIntCoder.of()))));
              pipeline.run();
            })
        .hasMessageContaining("deterministic")
        .hasStackTraceContaining("DoubleCoder is not deterministic");
  }

  private static PCollection<Integer> numbers(Pipeline pipeline) {
    return pipeline.apply("One", Create.of(1)).apply("Many", ParDo.of(new Many(1000)));
  }

  /** Cannot encode, or not decode, one number. */
  static final class Fragile extends AtomicCoder<Integer> {
    private static final long serialVersionUID = 1;
    private final String method;
    private final int number;

    Fragile(String method) {
      this(method, 500);
    }

    Fragile(String method, int number) {
      this.method = method;
      this.number = number;
    }

    @Override
    public void encode(Integer value, OutputStream out) throws IOException {
      check("encode", value);
      VarIntCoder.of().encode(value, out);
    }

    @Override
    public Integer decode(InputStream in) throws IOException {
      int value = VarIntCoder.of().decode(in);
      check("decode", value);
      return value;
    }

    private void check(String called, int value) throws CoderException {
      if (called.equals(method) && value == number) {
        throw new CoderException("fragile: cannot " + called + " " + value);
      }
    }

    @Override
    public void verifyDeterministic() {}

    @Override
    public String toString() {
      return "Fragile";
    }
  }

  /** Numbers from 0. */
  static final class Many extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;
    private final int count;

    Many(int count) {
      this.count = count;
    }

    @ProcessElement
    public void process(OutputReceiver<Integer> out) {
      for (int i = 0; i < count; i++) {
        out.output(i);
      }
    }
  }

  static final class Pair extends CountedFn<Integer, KV<Integer, Integer>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<KV<Integer, Integer>> out) {
      out.output(KV.of(element, element));
    }
  }

  static final class Nulls extends CountedFn<Integer, String> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(OutputReceiver<String> out) {
      out.output(null);
    }
  }

  static final class NullKeys extends CountedFn<Integer, KV<String, Integer>> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(OutputReceiver<KV<String, Integer>> out) {
      out.output(KV.of(null, 1));
    }
  }

  static final class StatefulByDouble extends CountedFn<KV<Double, Integer>, Integer> {
    private static final long serialVersionUID = 1;

    @StateId("bag")
    private final StateSpec<BagState<Integer>> spec = StateSpecs.bag(VarIntCoder.of());

    @ProcessElement
    public void process(@StateId("bag") BagState<Integer> bag) {
      bag.add(1);
    }
  }
}
