package dev.sluice.integration.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.integration.pipelines.CountedFn;
import dev.sluice.integration.pipelines.Trap;
import dev.sluice.integration.pipelines.TrappedBoundedSource;
import dev.sluice.integration.pipelines.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines that are wrong as they are made. */
@Timeout(60)
class ConstructionFailureTest {
  private static final TupleTag<Integer> MAIN = new TupleTag<>("main") {};
  private static final TupleTag<Integer> UNDECLARED = new TupleTag<>("undeclared") {};

  @RegisterExtension final Workshop workshop = new Workshop();

  @Test
  void aDoFnThatCannotBeSerialized() {
    Object unserializable = new Object();
    Pipeline pipeline = workshop.pipeline();
    pipeline
        .apply(Create.of(1))
        .apply(
            "Boom",
            ParDo.of(
                new DoFn<Integer, Integer>() {
                  private static final long serialVersionUID = 1;

                  @ProcessElement
                  public void process(OutputReceiver<Integer> out) {
                    out.output(unserializable.hashCode());
                  }
                }));

    assertThatThrownBy(pipeline::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("step Boom/")
        .hasMessageContaining("cannot be serialized");
  }

  @Test
  void aSourceThatCannotBeSerialized() {
    Pipeline pipeline = workshop.pipeline();

    assertThatThrownBy(
            () -> {
              pipeline.apply("Boom", Read.from(new Unserializable()));
              pipeline.run();
            })
        .hasMessageContaining("Unserializable");
  }

  @Test
  void aCombineFnThatCannotBeSerialized() {
    Object unserializable = new Object();
    Pipeline pipeline = workshop.pipeline();

    assertThatThrownBy(
            () -> {
              pipeline
                  .apply(Create.of(1))
                  .apply(WithKeys.<String, Integer>of("key").withKeyType(TypeDescriptors.strings()))
                  .apply(
                      "Boom",
                      Combine.perKey(
                          values -> {
                            int sum = unserializable.hashCode();
                            for (int value : values) {
                              sum += value;
                            }
                            return sum;
                          }));
              pipeline.run();
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("erializ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anOutputThatWasNotDeclared(boolean streaming) {
    Pipeline pipeline = workshop.pipeline("--streaming=" + streaming);
    pipeline
        .apply(Create.of(1))
        .apply(
            "Boom",
            ParDo.of(new Stray())
                .withOutputTags(MAIN, org.apache.beam.sdk.values.TupleTagList.empty()));

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom")
        .hasMessageContaining("undeclared")
        .hasMessageContaining("withOutputTags")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPrimitiveThatNobodyKnows() {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(1)).apply("Boom", new Unknown());

    assertThatThrownBy(pipeline::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Boom")
        .hasMessageContaining(Unknown.class.getName())
        .hasMessageContaining("does not know");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--slots=0",
        "--partitions=-1",
        "--partitions=5000",
        "--scatteredPartitions=0",
        "--maxParallelism=0",
        "--maxParallelism=100000",
        "--maxRecordsPerBatch=0",
        "--checkpointInterval=soon",
        "--checkpointInterval=1ms",
        "--checkpointDir= ",
        "--restore=latest",
        "--restore=../x",
        "--acknowledge=CHECKPOINTED",
        "--memoryBudget=1k",
        "--memoryBudget=lots",
        "--memoryBudget=99999999999g",
        "--maxTaskRetries=-1",
        "--maxTaskRetries=1",
        "--replication=0",
        "--replication=3",
        "--pipelineDepth=0",
        "--pipelineDepth=65",
        "--maxSettleRounds=0",
        "--noSuchOption=1"
      })
  void anOptionThatIsNotAllowed(String option) {
    assertRefused(option, option.substring(2, option.indexOf('=')));
  }

  /** What Beam itself parses: it says the value, and what it would take. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--encodeAtShuffle=SOMETIMES",
        "--slots=many",
        "--checkMutation=perhaps",
        "--acknowledge=NEVER",
        "--progress=LOUD",
        "--fastPaths=often"
      })
  void anOptionOfTheWrongType(String option) {
    assertRefused(option, option.substring(option.indexOf('=') + 1));
  }

  private void assertRefused(String option, String said) {
    assertThatThrownBy(
            () -> {
              Pipeline pipeline = workshop.pipeline(option);
              pipeline.apply(Create.of(1));
              pipeline.run();
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said);
  }

  @Test
  void aRunnerThatIsNotThere() {
    assertThatThrownBy(() -> workshop.pipeline("--runner=SliceRunner"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SluiceRunner");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/below"})
  void aSpillDirectoryThatIsAFile(String below) throws IOException {
    Path file = Files.writeString(workshop.directory().resolve("file"), "");
    Pipeline pipeline = workshop.pipeline("--spillDir=" + file + below, "--memoryBudget=1m");
    pipeline
        .apply(Create.of(1))
        .apply("Many", ParDo.of(new CoderFailureTest.Many(200_000)))
        .apply("Shuffle", Reshuffle.viaRandomKey());

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Many/")
        .hasMessageContaining("that do not fit into memory to " + file + below)
        .hasMessageContaining("name another spill directory, or raise the memory budget");
  }

  @Test
  void aCheckpointDirectoryThatCannotBeWritten() {
    Pipeline pipeline = workshop.pipeline("--checkpointDir=/proc/sluice-checkpoints");
    pipeline.apply(Create.of(1));

    assertThatThrownBy(pipeline::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--checkpointDir=/proc/sluice-checkpoints is not allowed");
  }

  static final class Stray extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(MultiOutputReceiver out) {
      out.get(UNDECLARED).output(1);
    }
  }

  /** A primitive of somebody else. */
  static final class Unknown extends PTransform<PCollection<Integer>, PCollection<Integer>> {
    private static final long serialVersionUID = 1;

    @Override
    public PCollection<Integer> expand(PCollection<Integer> input) {
      return PCollection.createPrimitiveOutputInternal(
          input.getPipeline(),
          WindowingStrategy.globalDefault(),
          IsBounded.BOUNDED,
          VarIntCoder.of());
    }
  }

  static final class Unserializable extends org.apache.beam.sdk.io.BoundedSource<Integer> {
    private static final long serialVersionUID = 1;
    private final Object state = new Object();

    @Override
    public java.util.List<Unserializable> split(long bytes, PipelineOptions options) {
      return java.util.List.of(this);
    }

    @Override
    public long getEstimatedSizeBytes(PipelineOptions options) {
      return state.hashCode();
    }

    @Override
    public org.apache.beam.sdk.coders.Coder<Integer> getOutputCoder() {
      return VarIntCoder.of();
    }

    @Override
    public BoundedReader<Integer> createReader(PipelineOptions options) throws java.io.IOException {
      return new TrappedBoundedSource(1, Trap.none()).createReader(options);
    }
  }
}
