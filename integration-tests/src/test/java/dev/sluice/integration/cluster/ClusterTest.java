package dev.sluice.integration.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.executor.cluster.ClusterClient;
import dev.sluice.executor.cluster.JobWatch;
import dev.sluice.integration.pipelines.OwnJvm;
import dev.sluice.integration.recovery.CountingPipeline;
import dev.sluice.runner.SluiceOptions;
import dev.sluice.runner.SluicePipelineResult;
import dev.sluice.runner.SluiceRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Jobs on a cluster of three executor processes, which serves all tests of the class. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ClusterTest {
  private static final long SLOW = 4_000;
  private static final long FAST = 1_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private static Path home;
  private static Processes cluster;

  @TempDir private Path directory;

  @BeforeAll
  static void start() throws IOException {
    cluster = Processes.patient(home.resolve("cluster"), 3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String[] options(String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "--runner=SluiceRunner";
    all[1] = "--coordinator=" + cluster.address();
    all[2] = "--partitions=4";
    System.arraycopy(more, 0, all, 3, more.length);
    return all;
  }

  private static Pipeline pipeline(String... more) {
    return Pipeline.create(
        PipelineOptionsFactory.fromArgs(options(more)).withValidation().create());
  }

  private Path file() {
    return directory.resolve("found");
  }

  /** Every result once or, where it was written after the checkpoint, several times the same. */
  private static Map<String, Long> found(Path file) throws IOException {
    Map<String, Long> found = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split(": ");
      Long before = found.put(parts[0], Long.valueOf(parts[1]));
      assertThat(before).as("an earlier %s", parts[0]).isIn(null, Long.valueOf(parts[1]));
    }
    return found;
  }

  private Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  private String[] checkpointed(String restore) {
    return new String[] {
      "--checkpointDir=" + checkpoints(), "--checkpointInterval=200ms", "--restore=" + restore
    };
  }

  private String[] embedded(String restore) {
    return new String[] {
      "--runner=SluiceRunner",
      "--partitions=4",
      "--checkpointDir=" + checkpoints(),
      "--checkpointInterval=200ms",
      "--restore=" + restore
    };
  }

  private long manifests() throws IOException {
    if (!Files.exists(checkpoints())) {
      return 0;
    }
    try (var files = Files.list(checkpoints())) {
      return files.filter(path -> path.toString().endsWith(".manifest")).count();
    }
  }

  @Test
  void programInAnotherJvmGetsItsResults() throws Exception {
    OwnJvm program =
        OwnJvm.run(
            CountingPipeline.class,
            directory,
            "",
            Duration.ofSeconds(150),
            List.of("-Xmx256m"),
            List.of(concat(new String[] {file().toString(), "" + FAST}, options())));

    assertThat(program.exitCode()).as(program.output()).isZero();
    assertThat(found(file())).isEqualTo(CountingPipeline.expected());
  }

  private static String[] concat(String[] first, String[] second) {
    String[] all = new String[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Test
  void jobsRunSideBySide() throws Exception {
    SluicePipelineResult endless = runEndless();
    SluicePipelineResult counting = run(CountingPipeline.build(file(), SLOW, options()));

    try (ClusterClient client = cluster.client()) {
      assertThat(client.jobs())
          .filteredOn(job -> !job.state().isTerminal())
          .extracting(job -> job.job())
          .contains(endless.jobId());
    }
    assertThat(counting.waitUntilFinish()).isEqualTo(State.DONE);
    assertThat(found(file())).isEqualTo(CountingPipeline.expected());
    long before = seen(endless);
    await().atMost(PATIENCE).until(() -> seen(endless) > before);
    endless.cancel();
    assertThat(endless.waitUntilFinish()).isEqualTo(State.CANCELLED);
  }

  private static SluicePipelineResult runEndless() {
    Pipeline endless = pipeline();
    endless
        .apply(GenerateSequence.from(0).withRate(1_000, org.joda.time.Duration.standardSeconds(1)))
        .apply("count", ParDo.of(new CountOrThrow(-1)));
    return run(endless);
  }

  private static SluicePipelineResult run(Pipeline pipeline) {
    return (SluicePipelineResult) pipeline.run();
  }

  /** Counts, and throws at one number if it is to. */
  private static final class CountOrThrow extends DoFn<Long, Void> {
    private final long bad;
    private final Counter seen = Metrics.counter("test", "seen");

    CountOrThrow(long bad) {
      this.bad = bad;
    }

    @ProcessElement
    public void process(@Element Long number) {
      seen.inc();
      if (number == bad) {
        throw new IllegalStateException("no " + number, new IOException("the reason"));
      }
    }
  }

  @Test
  void userExceptionComesBackWithItsStepAndCause() {
    Pipeline pipeline = pipeline();
    pipeline
        .apply(GenerateSequence.from(0).to(1_000))
        .apply("the bad step", ParDo.of(new CountOrThrow(777)));

    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .isInstanceOf(Pipeline.PipelineExecutionException.class)
        .hasMessageContaining("the bad step")
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no 777")
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void metricsAreLiveAndWholeAtTheEnd() {
    Pipeline pipeline = pipeline();
    pipeline
        .apply(GenerateSequence.from(0).to(5_000))
        .apply("count", ParDo.of(new CountOrThrow(-1)));

    SluicePipelineResult result = run(pipeline);
    assertThat(result.waitUntilFinish()).isEqualTo(State.DONE);
    assertThat(seen(result)).isEqualTo(5_000);

    SluicePipelineResult running = runEndless();
    await().atMost(PATIENCE).until(() -> seen(running) > 100);
    assertThat(running.getState()).isEqualTo(State.RUNNING);
    assertThat(running.waitUntilFinish(org.joda.time.Duration.millis(10))).isNull();
    running.drain();
    assertThat(running.waitUntilFinish()).isEqualTo(State.DONE);
  }

  private static long seen(SluicePipelineResult result) {
    MetricQueryResults metrics =
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.named("test", "seen"))
                    .build());
    long sum = 0;
    for (var counter : metrics.getCounters()) {
      sum += counter.getAttempted();
    }
    return sum;
  }

  @Test
  void anotherClientAttachesAndCancels() throws Exception {
    SluicePipelineResult submitted = runEndless();
    SluiceOptions options = PipelineOptionsFactory.fromArgs(options()).as(SluiceOptions.class);

    SluicePipelineResult attached = SluiceRunner.attach(options, submitted.jobId());
    await().atMost(PATIENCE).until(() -> seen(attached) > 0);
    assertThat(attached.cancel()).isIn(State.CANCELLED, State.RUNNING);

    assertThat(attached.waitUntilFinish()).isEqualTo(State.CANCELLED);
    assertThat(submitted.waitUntilFinish()).isEqualTo(State.CANCELLED);
    assertThatThrownBy(() -> SluiceRunner.attach(options, "no-such-job"))
        .hasMessageContaining("no-such-job");
  }

  /** Prints, so that its lines come back. */
  private static final class Print extends DoFn<Long, Void> {
    @ProcessElement
    public void process(@Element Long number) {
      System.out.println("printed " + number);
      LoggerFactory.getLogger("a.user.logger").warn("logged {}", number);
    }
  }

  @Test
  void whatUserCodeLogsComesBackWithTheExecutorsNumber() throws Exception {
    Pipeline pipeline = pipeline();
    pipeline.apply(GenerateSequence.from(0).to(10)).apply(ParDo.of(new Print()));
    SluicePipelineResult result = run(pipeline);
    result.waitUntilFinish();

    List<String> lines = new CopyOnWriteArrayList<>();
    try (ClusterClient client = cluster.client()) {
      client.attach(result.jobId(), new Lines(lines)).await(PATIENCE);
    }
    assertThat(lines)
        .anyMatch(line -> line.matches("\\[executor \\d] printed 7"))
        .anyMatch(line -> line.matches("\\[executor \\d] \\S+ WARNING a.user.logger: logged 7"));
  }

  private record Lines(List<String> lines) implements JobWatch {
    @Override
    public void summary(Object snapshot) {}

    @Override
    public void logged(List<String> logged) {
      lines.addAll(logged);
    }
  }

  @Test
  void clusterGoesOnWithAnEmbeddedJobsCheckpoint() throws Exception {
    SluicePipelineResult first = run(CountingPipeline.build(file(), SLOW, embedded("none")));
    await().atMost(PATIENCE).until(() -> manifests() > 1);
    first.cancel();
    first.waitUntilFinish();

    run(CountingPipeline.build(file(), FAST, options(checkpointed("latest")))).waitUntilFinish();

    assertThat(found(file())).isEqualTo(CountingPipeline.expected());
  }

  @Test
  void embeddedJobGoesOnWithAClustersCheckpoint() throws Exception {
    SluicePipelineResult first =
        run(CountingPipeline.build(file(), SLOW, options(checkpointed("none"))));
    await().atMost(PATIENCE).until(() -> manifests() > 1);
    first.cancel();
    first.waitUntilFinish();

    run(CountingPipeline.build(file(), FAST, embedded("latest"))).waitUntilFinish();

    assertThat(found(file())).isEqualTo(CountingPipeline.expected());
  }

  @Test
  void clusterGoesOnWithItsOwnCheckpointAndRefusesStrangers() throws Exception {
    SluicePipelineResult first =
        run(CountingPipeline.build(file(), SLOW, options(checkpointed("none"))));
    await().atMost(PATIENCE).until(() -> manifests() > 1);
    first.cancel();
    first.waitUntilFinish();

    assertThatThrownBy(
            () -> CountingPipeline.build(file(), FAST, options(checkpointed("none"))).run())
        .hasMessageContaining(checkpoints().toString())
        .hasMessageContaining("restore");
    run(CountingPipeline.build(file(), FAST, options(checkpointed("latest")))).waitUntilFinish();

    assertThat(found(file())).isEqualTo(CountingPipeline.expected());
  }
}
