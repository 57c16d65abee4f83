package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small pipelines through everything: runner, translation and engine. */
@Timeout(60)
class SluiceRunnerTest {
  @TempDir Path directory;

  @AfterEach
  @Timeout(10)
  void nothingIsLeft() throws IOException {
    // A thread that has been waited for may still be in the list for a moment.
    while (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("sluice"))) {
      Thread.onSpinWait();
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void wordsAreCounted(boolean streaming) {
    Pipeline pipeline = pipeline("--runner=TestSluiceRunner", "--streaming=" + streaming);
    PCollection<KV<String, Long>> counts =
        pipeline.apply(Create.of("a", "b", "a")).apply(Count.perElement());
    PAssert.that(counts).containsInAnyOrder(KV.of("a", 2L), KV.of("b", 1L));

    PipelineResult result = pipeline.run();

    assertThat(result.getState()).isEqualTo(State.DONE);
    assertThat(assertionsPassed(result)).isEqualTo(PAssert.countAsserts(pipeline)).isEqualTo(1);
  }

  @Test
  void groupsAreWholeBehindEncodedShuffles() {
    Pipeline pipeline = pipeline("--runner=TestSluiceRunner", "--encodeAtShuffle=ALWAYS");
    PCollection<KV<String, Iterable<Integer>>> groups =
        pipeline
            .apply(Create.of(KV.of("x", 1), KV.of("y", 2), KV.of("x", 3)))
            .apply(GroupByKey.create());
    PAssert.thatMultimap(pipeline.apply("Same", Create.of(KV.of("z", 1))))
        .isEqualTo(java.util.Map.of("z", List.of(1)));
    PAssert.that(groups)
        .satisfies(
            all -> {
              all.forEach(
                  group ->
                      assertThat(group.getValue()).hasSize(group.getKey().equals("x") ? 2 : 1));
              return null;
            });

    assertThat(assertionsPassed(pipeline.run())).isEqualTo(2);
  }

  @Test
  void aFailedAssertionIsThrownAsOne() {
    Pipeline pipeline = pipeline("--runner=TestSluiceRunner");
    PAssert.that(pipeline.apply(Create.of(1, 2))).containsInAnyOrder(1, 3);
    assertThat(catchThrowable(pipeline::run)).isInstanceOf(AssertionError.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"setup", "startBundle", "process", "finishBundle"})
  void aUserExceptionComesWithTheNameOfItsStep(String method) {
    Pipeline pipeline = pipeline("--runner=SluiceRunner");
    pipeline
        .apply(Create.of(1))
        .apply("Before", ParDo.of(new Fail("never")))
        .apply("Boom", ParDo.of(new Fail(method)))
        .apply("After", ParDo.of(new Fail("never")));
    PipelineResult result = pipeline.run();

    PipelineExecutionException thrown =
        catchThrowableOfType(result::waitUntilFinish, PipelineExecutionException.class);

    assertThat(thrown).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(thrown.getCause()).hasMessage("failed on purpose in " + method);
    assertThat(thrown).hasMessageStartingWith("step Boom/");
    assertThat(result.getState()).isEqualTo(State.FAILED);
  }

  @Test
  void anUnserializableDoFnIsRefused() {
    Object unserializable = new Object();
    Pipeline pipeline = pipeline("--runner=SluiceRunner");
    pipeline
        .apply(Create.of(1))
        .apply(
            "Unserializable",
            ParDo.of(
                new DoFn<Integer, Integer>() {
                  @ProcessElement
                  public void process() {
                    System.out.println(unserializable);
                  }
                }));
    assertThatIllegalArgumentException()
        .isThrownBy(pipeline::run)
        .withMessageStartingWith("step Unserializable/")
        .withMessageContaining("cannot be serialized");
  }

  @Test
  void aCoderThatFailsInTheMiddleIsNamed() {
    Pipeline pipeline = pipeline("--runner=SluiceRunner", "--encodeAtShuffle=ALWAYS");
    pipeline
        .apply(Create.of(1, 2, 3).withCoder(VarIntCoder.of()))
        .apply("Pass", ParDo.of(new Fail("never")))
        .setCoder(new FailingCoder())
        .apply("Shuffle", Reshuffle.viaRandomKey())
        .apply("After", ParDo.of(new Fail("never")));

    PipelineExecutionException thrown =
        catchThrowableOfType(
            () -> pipeline.run().waitUntilFinish(), PipelineExecutionException.class);

    assertThat(thrown).hasRootCauseInstanceOf(CoderException.class);
    assertThat(thrown).hasRootCauseMessage("failed on purpose at 2");
  }

  @Test
  void aCheckpointDirectoryThatCannotBeWrittenIsRefused() throws IOException {
    Path file = Files.createTempFile("not-a-directory", "");
    try {
      Pipeline pipeline = pipeline("--runner=SluiceRunner", "--checkpointDir=" + file + "/below");
      pipeline.apply(Create.of(1));
      assertThatIllegalArgumentException()
          .isThrownBy(pipeline::run)
          .withMessageContaining("--checkpointDir=" + file + "/below");
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void runReturnsAtOnceAndCancelStopsIt() throws Exception {
    Pipeline pipeline = pipeline("--runner=SluiceRunner");
    pipeline.apply(GenerateSequence.from(0)).apply("Seen", ParDo.of(new Seen()));
    Seen.reset();

    PipelineResult result = pipeline.run();
    Seen.FIRST.await();

    assertThat(result.getState()).isEqualTo(State.RUNNING);
    assertThat(result.waitUntilFinish(Duration.millis(10))).isNull();
    assertThat(result.cancel()).isEqualTo(State.CANCELLED);
    assertThat(result.cancel()).isEqualTo(State.CANCELLED);
    assertThat(result.waitUntilFinish()).isEqualTo(State.CANCELLED);
  }

  @Test
  void aDrainedPipelineFinishesWhatItHasRead() throws Exception {
    Pipeline pipeline = pipeline("--runner=SluiceRunner");
    pipeline
        .apply(GenerateSequence.from(0).withRate(100, Duration.millis(10)))
        .apply("Seen", ParDo.of(new Seen()));
    Seen.reset();

    SluicePipelineResult result = (SluicePipelineResult) pipeline.run();
    Seen.FIRST.await();
    result.drain();

    assertThat(result.waitUntilFinish()).isEqualTo(State.DONE);
    assertThat(counter(result, "seen").getAttempted()).isPositive();
  }

  @Test
  void metricsCanBeReadWhileRunning() throws Exception {
    Pipeline pipeline = pipeline("--runner=SluiceRunner");
    pipeline.apply(GenerateSequence.from(0)).apply("Seen", ParDo.of(new Seen()));
    Seen.reset();

    PipelineResult result = pipeline.run();
    Seen.FIRST.await();
    while (counters(result, "seen").stream().noneMatch(c -> c.getCommittedOrNull() != null)) {
      Thread.onSpinWait(); // until a batch is committed; the time-out bounds it
    }
    MetricResult<Long> seen = counter(result, "seen");
    result.cancel();

    assertThat(seen.getKey().stepName()).startsWith("Seen/");
    assertThat(seen.getCommitted()).isPositive().isLessThanOrEqualTo(seen.getAttempted());
  }

  @Test
  void whatIsNotAllowedIsSaidBeforeAnythingRuns() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pipeline("--runner=SluiceRunner", "--slots=0"))
        .withMessageStartingWith("--slots=0 is not allowed");
  }

  private Pipeline pipeline(String... args) {
    List<String> all = new java.util.ArrayList<>(List.of(args));
    all.add("--spillDir=" + directory);
    all.add("--progress=OFF");
    return Pipeline.create(PipelineOptionsFactory.fromArgs(all.toArray(String[]::new)).create());
  }

  private static long assertionsPassed(PipelineResult result) {
    return counters(result, PAssert.SUCCESS_COUNTER).stream()
        .filter(counter -> counter.getAttempted() > 0)
        .count();
  }

  private static MetricResult<Long> counter(PipelineResult result, String name) {
    return counters(result, name).get(0);
  }

  private static List<MetricResult<Long>> counters(PipelineResult result, String name) {
    return StreamSupport.stream(
            result
                .metrics()
                .queryMetrics(MetricsFilter.builder().build())
                .getCounters()
                .spliterator(),
            false)
        .filter(counter -> counter.getKey().metricName().getName().equals(name))
        .toList();
  }

  /** Passes elements on, but throws in one method. */
  static final class Fail extends DoFn<Integer, Integer> {
    private static final long serialVersionUID = 1;
    private final String in;

    Fail(String in) {
      this.in = in;
    }

    private void call(String method) {
      if (method.equals(in)) {
        throw new IllegalStateException("failed on purpose in " + method);
      }
    }

    @Setup
    public void setup() {
      call("setup");
    }

    @StartBundle
    public void startBundle() {
      call("startBundle");
    }

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> output) {
      call("process");
      output.output(element);
    }

    @FinishBundle
    public void finishBundle() {
      call("finishBundle");
    }
  }

  /** Tells the test that an element has come. */
  static final class Seen extends DoFn<Long, Void> {
    private static final long serialVersionUID = 1;
    static CountDownLatch FIRST = new CountDownLatch(1);
    private final Counter seen = Metrics.counter(SluiceRunnerTest.class, "seen");

    static void reset() {
      FIRST = new CountDownLatch(1);
    }

    @ProcessElement
    public void process() {
      seen.inc();
      FIRST.countDown();
    }
  }

  /** Cannot encode 2. */
  static final class FailingCoder extends AtomicCoder<Integer> {
    private static final long serialVersionUID = 1;

    @Override
    public void encode(Integer value, OutputStream out) throws IOException {
      if (value == 2) {
        throw new CoderException("failed on purpose at 2");
      }
      VarIntCoder.of().encode(value, out);
    }

    @Override
    public Integer decode(InputStream in) throws IOException {
      return VarIntCoder.of().decode(in);
    }
  }
}
