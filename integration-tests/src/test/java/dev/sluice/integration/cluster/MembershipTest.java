package dev.sluice.integration.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.executor.cluster.ClusterClient;
import dev.sluice.executor.cluster.ClusterSecurity;
import dev.sluice.integration.recovery.CountingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.PipelineResult.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Executors that die, hang, come back and are not let in. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class MembershipTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long SLOW = 2_000;
  private static final long FAST = 1_000_000;

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("found");
  }

  private PipelineResult run(Processes cluster, long perSecond, String... more) {
    String[] options = new String[more.length + 3];
    options[0] = "--runner=SluiceRunner";
    options[1] = "--coordinator=" + cluster.address();
    options[2] = "--partitions=4";
    System.arraycopy(more, 0, options, 3, more.length);
    return CountingPipeline.build(file(), perSecond, options).run();
  }

  @Test
  void killedExecutorIsDeadAtOnceAndTheJobGoesOnWithoutIt() throws Exception {
    try (Processes cluster = Processes.patient(directory.resolve("cluster"), 3)) {
      PipelineResult running = run(cluster, SLOW);
      await().atMost(PATIENCE).until(() -> Files.exists(file()));

      cluster.executor(1).destroyForcibly().waitFor();

      await().atMost(Duration.ofSeconds(20)).until(() -> cluster.stateOf(1).equals("dead"));
      assertThat(running.waitUntilFinish()).as(cluster::logs).isEqualTo(State.DONE);
      assertThat(found()).isEqualTo(CountingPipeline.expected());
      assertThat(cluster.addExecutor()).as("a number that nobody has had").isEqualTo(3);
    }
  }

  @Test
  void jobWithOneCopyFailsWhenAnExecutorDies() throws Exception {
    try (Processes cluster = Processes.patient(directory.resolve("cluster"), 2)) {
      PipelineResult running = run(cluster, SLOW, "--replication=1");
      await().atMost(PATIENCE).until(() -> Files.exists(file()));

      cluster.executor(1).destroyForcibly().waitFor();

      assertThatThrownBy(running::waitUntilFinish)
          .hasMessageContaining("there is no copy of what they had");
    }
  }

  private Map<String, Long> found() throws IOException {
    Map<String, Long> found = new TreeMap<>();
    for (String line : Files.readAllLines(file())) {
      int colon = line.lastIndexOf(": ");
      found.put(line.substring(0, colon), Long.valueOf(line.substring(colon + 2)));
    }
    return found;
  }

  @Test
  void executorThatHangsIsDeadAndComesBackUnderAnotherNumber() throws Exception {
    try (Processes cluster =
        Processes.start(
            directory.resolve("cluster"), 2, List.of("--heartbeat-timeout=5s"), List.of())) {
      cluster.signal(1, "STOP");
      await().atMost(Duration.ofSeconds(60)).until(() -> cluster.stateOf(1).equals("dead"));

      cluster.signal(1, "CONT");

      await().atMost(Duration.ofSeconds(60)).until(() -> cluster.stateOf(2).equals("live"));
      assertThat(cluster.stateOf(1)).isEqualTo("dead");
      assertThat(run(cluster, FAST).waitUntilFinish()).as(cluster::logs).isEqualTo(State.DONE);
    }
  }

  @Test
  void onlyWhoKnowsTheSecretIsLetIn() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "correct horse\n");
    Path wrong = Files.writeString(directory.resolve("wrong"), "battery staple");
    try (Processes cluster =
        Processes.start(
            directory.resolve("cluster"),
            1,
            List.of("--heartbeat-timeout=60s"),
            List.of("--secret-file=" + secret))) {
      assertThat(run(cluster, FAST, "--secretFile=" + secret).waitUntilFinish())
          .isEqualTo(State.DONE);
      assertThatThrownBy(() -> run(cluster, FAST, "--secretFile=" + wrong))
          .hasMessageContaining("secret");
      assertThatThrownBy(() -> run(cluster, FAST)).hasMessageContaining("secret");
      assertThatThrownBy(
              () -> ClusterClient.connect(cluster.address(), ClusterSecurity.secret(wrong)))
          .isInstanceOf(IOException.class);
    }
  }
}
