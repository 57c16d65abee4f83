package dev.sluice.integration.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.executor.cluster.ClusterClient;
import dev.sluice.executor.transport.control.Reply.JobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.PipelineResult.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of executors while a job with much state runs: nothing is lost and nothing
 * counted twice. The time without output and the time to repair are printed.
 *
 * <p>A short run by default; two minutes of it: {@code -Dsluice.kill.seconds=120}.
 */
class KillTest {
  private static final int SECONDS = Integer.getInteger("sluice.kill.seconds", 12);
  private static final int KEYS = Integer.getInteger("sluice.kill.keys", 100_000);
  private static final long PER_SECOND = 4_000;
  private static final int SPLITS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path directory;

  private final List<Long> deaths = new ArrayList<>();
  private final List<Long> repairs = new ArrayList<>();

  private PipelineResult run(Processes cluster, Path file, long numbers, String... more) {
    List<String> options = new ArrayList<>();
    options.add("--runner=SluiceRunner");
    options.add("--coordinator=" + cluster.address());
    options.add("--partitions=8");
    options.addAll(List.of(more));
    PipelineResult running =
        KillPipeline.build(file, numbers, PER_SECOND, KEYS, options.toArray(String[]::new)).run();
    await().atMost(PATIENCE).until(() -> Files.exists(file));
    return running;
  }

  private Processes start(int executors, String heartbeatTimeout) throws IOException {
    return Processes.start(
        directory.resolve("cluster"),
        executors,
        List.of("--heartbeat-timeout=" + heartbeatTimeout),
        List.of());
  }

  private static long numbersFor(int seconds) {
    return PER_SECOND * SPLITS * seconds;
  }

  @Test
  void killsSpacedByRepairLoseNothing() throws Exception {
    Path file = directory.resolve("sums");
    long numbers = numbersFor(SECONDS + 8);
    Random random = new Random(7);
    try (Processes cluster = start(4, "20s");
        ClusterClient client = cluster.client()) {
      PipelineResult running = run(cluster, file, numbers);
      String job = client.jobs().get(0).job();
      long until = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
      while (System.nanoTime() < until) {
        awaitCopies(client, job);
        List<Integer> there = client.job(job).executors();
        int victim = there.get(random.nextInt(there.size()));
        long now = System.currentTimeMillis();
        cluster.executor(victim).destroyForcibly().waitFor();
        deaths.add(now);
        awaitWithout(client, job, victim);
        awaitCopies(client, job);
        repairs.add(System.currentTimeMillis() - now);
        if (!ended(client, job)) {
          cluster.addExecutor();
        }
      }
      assertThat(running.waitUntilFinish()).as(cluster::logs).isEqualTo(State.DONE);
    }
    assertThat(sums(file)).isEqualTo(KillPipeline.expected(numbers, KEYS));
    report(file);
  }

  /** Two at a time may be one too many: then the job says so, and nothing is wrong silently. */
  @Test
  void deathsAtOnceLoseNothingSilently() throws Exception {
    Path file = directory.resolve("sums");
    long numbers = numbersFor(10);
    try (Processes cluster = start(4, "20s")) {
      PipelineResult running = run(cluster, file, numbers);
      cluster.executor(1).destroyForcibly();
      cluster.executor(2).destroyForcibly();
      try {
        assertThat(running.waitUntilFinish()).as(cluster::logs).isEqualTo(State.DONE);
      } catch (Pipeline.PipelineExecutionException failed) {
        assertThat(failed).hasMessageContaining("are gone, and with them both copies");
        assertThat(KillPipeline.expected(numbers, KEYS)).containsAllEntriesOf(sums(file));
        return;
      }
    }
    assertThat(sums(file)).isEqualTo(KillPipeline.expected(numbers, KEYS));
  }

  @Test
  void whoeverHangsAndComesBackHarmsNothing() throws Exception {
    Path file = directory.resolve("sums");
    long numbers = numbersFor(25);
    try (Processes cluster = start(3, "4s");
        ClusterClient client = cluster.client()) {
      PipelineResult running = run(cluster, file, numbers);
      String job = client.jobs().get(0).job();

      cluster.signal(1, "STOP");
      awaitWithout(client, job, 1);
      cluster.signal(1, "CONT");

      assertThat(running.waitUntilFinish()).as(cluster::logs).isEqualTo(State.DONE);
    }
    assertThat(sums(file)).isEqualTo(KillPipeline.expected(numbers, KEYS));
  }

  private static void awaitWithout(ClusterClient client, String job, int executor) {
    await()
        .atMost(PATIENCE)
        .until(() -> !client.job(job).executors().contains(executor) || ended(client, job));
  }

  private static boolean ended(ClusterClient client, String job) throws IOException {
    return client.job(job).state().isTerminal();
  }

  private static void awaitCopies(ClusterClient client, String job) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              JobStatus status = client.job(job);
              return status.state().isTerminal() || !status.degraded();
            });
  }

  /** The sums; a line that was written again by a task that was run again says the same. */
  private static Map<String, Long> sums(Path file) throws IOException {
    Map<String, Long> sums = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      int colon = line.lastIndexOf(": ");
      String what = line.substring(0, colon);
      long sum = Long.parseLong(line.substring(colon + 2, line.indexOf(" @")));
      Long before = sums.put(what, sum);
      assertThat(before == null || before == sum).as("%s: %s and %s", what, before, sum).isTrue();
    }
    return sums;
  }

  /** Prints the longest time without output between each death and its repair, and the latter's. */
  private void report(Path file) throws IOException {
    long[] written =
        Files.readAllLines(file).stream()
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('@') + 1)))
            .sorted()
            .toArray();
    List<Long> gaps = new ArrayList<>();
    for (int death = 0; death < deaths.size(); death++) {
      long from = deaths.get(death);
      long gap = 0;
      for (int i = 1; i < written.length; i++) {
        if (written[i] > from && written[i - 1] < from + repairs.get(death)) {
          gap = Math.max(gap, written[i] - Math.max(from, written[i - 1]));
        }
      }
      gaps.add(gap);
    }
    System.out.printf(
        "%d executors killed, %,d keys: longest time without output %s ms (median %d), to repair"
            + " %s ms (median %d)%n",
        deaths.size(), KEYS, gaps, median(gaps), repairs, median(repairs));
  }

  private static long median(List<Long> of) {
    long[] sorted = of.stream().mapToLong(i -> i).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
