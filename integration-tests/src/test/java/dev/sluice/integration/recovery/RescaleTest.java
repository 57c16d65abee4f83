package dev.sluice.integration.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.integration.pipelines.Workshop;
import dev.sluice.runner.SluicePipelineResult;
import dev.sluice.runner.submit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job that is stopped at any checkpoint and resumed with other partitions, in one JVM or on a
 * cluster, gives what an undisturbed one gives.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RescaleTest {
  private static final int SEEDS = Integer.getInteger("sluice.rescale.seeds", 3);
  private static final long FIRST = Long.getLong("sluice.rescale.seed", 1);
  private static final long NUMBERS = 2_000;

  @TempDir private Path directory;

  private TestCluster cluster;

  @BeforeEach
  void startCluster() {
    cluster = TestCluster.start(2);
  }

  @AfterEach
  void endCluster() {
    cluster.close();
    await().untilAsserted(() -> assertThat(Workshop.threads()).as("threads left").isEmpty());
  }

  @Test
  void otherPartitionsAreAsGood() throws Exception {
    Set<String> expected = undisturbed();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      List<String> history = new ArrayList<>();
      Set<String> got = resumed(new Random(seed), directory.resolve("seed" + seed), history);
      Set<String> missing = new TreeSet<>(expected);
      missing.removeAll(got);
      Set<String> extra = new TreeSet<>(got);
      extra.removeAll(expected);
      assertThat(List.of(missing, extra))
          .as("missing and extra under -Dsluice.rescale.seed=%s: %s", seed, history)
          .isEqualTo(List.of(Set.of(), Set.of()));
    }
  }

  private static Set<String> undisturbed() {
    String name = UUID.randomUUID().toString();
    GatedSource.open(name, NUMBERS);
    KeepsEverything.build(pipeline("--partitions=3"), name, NUMBERS).run().waitUntilFinish();
    return KeepsEverything.sink(name);
  }

  /** Several lives, each with other partitions and perhaps elsewhere; the last ends by itself. */
  private Set<String> resumed(Random random, Path checkpoints, List<String> history)
      throws Exception {
    String name = UUID.randomUUID().toString();
    int lives = 2 + random.nextInt(3);
    long gate = 0;
    for (int life = 0; life < lives; life++) {
      boolean last = life == lives - 1;
      gate = last ? NUMBERS : gate + random.nextInt((int) (NUMBERS - gate));
      GatedSource.open(name, gate);
      List<String> options =
          new ArrayList<>(
              List.of(
                  "--partitions=" + (1 + random.nextInt(7)),
                  "--checkpointDir=" + checkpoints,
                  "--checkpointInterval=" + (20 + random.nextInt(100)) + "ms",
                  "--maxRecordsPerBatch=" + (1 + random.nextInt(60)),
                  "--restore=" + (life == 0 ? "none" : "latest")));
      if (random.nextInt(3) == 0) {
        options.add("--coordinator=" + cluster.address());
        options.add("--replication=" + (1 + random.nextInt(2)));
      } else {
        options.add("--slots=" + (1 + random.nextInt(3)));
      }
      history.add(options + " up to " + gate);
      SluicePipelineResult job =
          (SluicePipelineResult)
              KeepsEverything.build(pipeline(options.toArray(String[]::new)), name, NUMBERS).run();
      if (last) {
        assertThat(job.waitUntilFinish()).isEqualTo(PipelineResult.State.DONE);
      } else {
        Set<String> before = manifests(checkpoints);
        int more = 1 + random.nextInt(3);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> isTerminal(job) || newOnes(checkpoints, before) >= Math.min(more, 2));
        assertThat(job.getState()).as(history.toString()).isEqualTo(PipelineResult.State.RUNNING);
        job.cancel();
        job.waitUntilFinish();
      }
    }
    return KeepsEverything.sink(name);
  }

  private static boolean isTerminal(PipelineResult job) {
    return job.getState().isTerminal();
  }

  private static int newOnes(Path checkpoints, Set<String> before) throws IOException {
    Set<String> now = manifests(checkpoints);
    now.removeAll(before);
    return now.size();
  }

  private static Set<String> manifests(Path checkpoints) throws IOException {
    Set<String> names = new TreeSet<>();
    if (Files.exists(checkpoints)) {
      try (Stream<Path> files = Files.list(checkpoints)) {
        files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".manifest"))
            .forEach(names::add);
      }
    }
    return names;
  }

  private static Pipeline pipeline(String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--runner=SluiceRunner");
    return Pipeline.create(
        PipelineOptionsFactory.fromArgs(all.toArray(String[]::new)).withValidation().create());
  }
}
