package dev.sluice.integration.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.common.FileStorage;
import dev.sluice.executor.node.CheckpointSettings;
import dev.sluice.executor.node.EmbeddedEngine;
import dev.sluice.executor.node.EngineSettings;
import dev.sluice.executor.task.ExecutorSnapshot.JobSnapshot;
import dev.sluice.translation.PipelineTranslator;
import dev.sluice.translation.transform.TranslationSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link EverythingAtOnce} holds, looked at whenever everything up to some event time is done.
 * Its input repeats itself every minute but for the keys, and so does what is held.
 */
@Timeout(120)
class NothingGrowsTest {
  private static final long MINUTE = 60_000;
  private static final int WINDOWS_PER_HOUR = 360;

  @TempDir Path directory;
  private EmbeddedEngine engine;

  @BeforeEach
  void start() {
    engine = EmbeddedEngine.start(EngineSettings.defaults().withSpillDirectory(directory));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inTenMinutes(boolean checkpoints) throws Exception {
    JobHandle job = begin(new Tide(100), 4, checkpoints);
    SortedMap<String, Long> before = null;
    for (long minute = 1; minute <= 10; minute++) {
      Tide.riseTo(minute * MINUTE);
      JobSnapshot calm = calm(job, minute * MINUTE);
      assertThat(calm.memoryUsed()).as("bytes in blocks").isZero();
      assertThat(calm.spillFiles()).as("files of blocks").isZero();
      SortedMap<String, Long> held = lasting(calm, checkpoints);
      if (minute == 1) {
        assertBounds(held);
      } else if (minute > 2) {
        // the second minute is the first that has another before it
        assertThat(held).as("held after minute " + minute).isEqualTo(before);
      }
      before = held;
    }

    // numbers of one or two bytes
    assertThat(job.progress().recordsRead()).isEqualTo(6_000);
    assertThat(job.progress().bytesRead()).isBetween(6_000L, 12_000L);

    Tide.end();
    await().until(() -> job.progress().minWatermark() == Watermarks.MAX);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(notZero(job)).as("held after the end of time").isEmpty());
    job.cancel();
    job.await(Duration.ZERO);
    assertThat(engine.inspect().get(0).jobs()).isEmpty();
  }

  /** In a few hours, so that the views' grace of one hour is over for most windows. */
  @Test
  void viewsForgetWhatTheirReadersAreDoneWith() throws Exception {
    JobHandle job = begin(new Tide(5_000), 2, false);
    long end = 4 * 60 * MINUTE;
    Tide.riseTo(end);
    SortedMap<String, Long> held = calm(job, end - 4_000).held(); // the last second with a number
    assertThat(held.get("View/View.CreatePCollectionView / view windows"))
        .isBetween((long) WINDOWS_PER_HOUR, WINDOWS_PER_HOUR + 10L);
    job.cancel();
    job.await(Duration.ZERO);
  }

  /** Keys last two seconds, windows ten. */
  private static void assertBounds(SortedMap<String, Long> held) {
    String timer = "ClearedByTimer/ParMultiDo(ClearedByTimer) / ";
    assertThat(held.get(timer + "timers"))
        .as("a timer of the last seven seconds")
        .isBetween(1L, 4L);
    assertThat(held.get(timer + "state cells")).isLessThanOrEqualTo(3 * 4);
    String window = "ClearedByWindow/ParMultiDo(ClearedByWindow) / ";
    assertThat(held.get(window + "timers")).as("a timer per key and window").isLessThanOrEqualTo(5);
    assertThat(held.get(window + "state cells")).isLessThanOrEqualTo(3 * 5);
    String sliding = "Count/Combine.perKey(Count) / ";
    assertThat(held.get(sliding + "slices"))
        .as("numbers in windows of 30 seconds that have not ended: those of two slices")
        .isEqualTo(200);
    assertThat(held.get(sliding + "groups")).as("no other windows").isZero();
    assertThat(held.get("Group / groups")).as("all windows have fired").isZero();
    assertThat(held.get("Join/GBK / groups")).as("all windows have fired").isZero();
    assertThat(held.get("Session / state keys")).as("sessions not over").isBetween(1L, 4L);
    assertThat(held.get("Triggered / state keys")).as("in one late window").isEqualTo(5);
    assertThat(held.get("View/View.CreatePCollectionView / state keys")).isZero();
    assertThat(held.get("Look/ParMultiDo(Look) / waiting elements")).isZero();
  }

  /**
   * What is there after any minute. The windows of views have a grace of an hour, their panes one
   * of a day, what has changed since the last checkpoint depends on when that was, and the keys
   * that combines know are as many as they have memory for.
   */
  private static SortedMap<String, Long> lasting(JobSnapshot snapshot, boolean checkpoints) {
    SortedMap<String, Long> held = new TreeMap<>(snapshot.held());
    held.keySet()
        .removeIf(table -> table.endsWith(" view windows") || table.endsWith(" known keys"));
    if (checkpoints) {
      held.keySet()
          .removeIf(
              table ->
                  table.endsWith(" panes")
                      || table.endsWith(" changes")
                      || table.endsWith(" emptied cells"));
    }
    return held;
  }

  private SortedMap<String, Long> notZero(JobHandle job) {
    assertThat(job.failure()).isEmpty();
    JobSnapshot snapshot = engine.inspect().get(0).jobs().get(0);
    SortedMap<String, Long> held = new TreeMap<>(snapshot.held());
    held.values().removeIf(count -> count == 0);
    return held;
  }

  /** What is held when everything up to an event time is done and nothing runs. */
  private JobSnapshot calm(JobHandle job, long millis) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> job.state().isTerminal() || EverythingAtOnce.fired() >= millis);
    assertThat(job.failure()).isEmpty();
    return await()
        .until(
            () -> engine.inspect().get(0).jobs().get(0),
            snapshot -> snapshot.busy() == 0 && snapshot.batches() == 0);
  }

  /** Begins a job of many small batches. */
  private JobHandle begin(Tide tide, long recordsPerBatch, boolean checkpoints) throws IOException {
    Pipeline pipeline = Pipeline.create();
    EverythingAtOnce.build(pipeline, tide);
    JobGraph graph = translate(pipeline, recordsPerBatch, checkpoints);
    if (!checkpoints) {
      return engine.submit(graph, JobListener.NONE);
    }
    return engine.submit(
        graph,
        JobListener.NONE,
        getClass().getClassLoader(),
        CheckpointSettings.in(new FileStorage(directory.resolve("checkpoints"))));
  }

  private static JobGraph translate(Pipeline pipeline, long recordsPerBatch, boolean checkpoints) {
    JobSettings defaults = JobSettings.defaults();
    JobSettings settings =
        new JobSettings(
            defaults.clockMode(),
            defaults.encodeAtShuffle(),
            defaults.maxParallelism(),
            defaults.pipelineDepth(),
            recordsPerBatch,
            defaults.maxSettleRounds(),
            defaults.memoryBudget(),
            defaults.maxTaskRetries(),
            checkpoints,
            checkpoints ? 200 : 0,
            1);
    return PipelineTranslator.translate(
        pipeline, new TranslationSettings(true, 2, 2, 2, 2, true, false, settings));
  }
}
