package dev.sluice.executor.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.StageProgram;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.checkpoint.CheckpointException;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.FaultyStorage;
import dev.sluice.executor.fixtures.FaultyStorage.Step;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.ScriptedSource;
import dev.sluice.executor.fixtures.SmallDisk;
import dev.sluice.executor.fixtures.TestProcessor;
import dev.sluice.executor.task.ExecutorSnapshot;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs that keep checkpoints, and resume from them, on a real engine. */
@Timeout(60)
class CheckpointedJobTest {
  private static final String MANIFEST = "checkpoint-";
  private static final long OFTEN = 20;
  private static final long NEVER = 0;

  private final EmbeddedEngine engine =
      EmbeddedEngine.start(EngineSettings.defaults().withExecutors(2).withSlots(2));
  private final MemoryStorage storage = new MemoryStorage();
  private final Queue<Event> result = new ConcurrentLinkedQueue<>();
  private final CountDownLatch acknowledged = new CountDownLatch(1);

  /** How many checkpoints there were when a batch with data was first acknowledged. */
  private final AtomicInteger checkpointsThen = new AtomicInteger(-1);

  @AfterEach
  void nothingIsLeft() {
    for (ExecutorSnapshot executor : engine.inspect()) {
      assertThat(executor.jobs()).isEmpty();
    }
    engine.close();
  }

  private JobHandle submit(JobGraph graph, Storage disk, String restore) throws IOException {
    return engine.submit(
        graph,
        JobListener.NONE,
        getClass().getClassLoader(),
        CheckpointSettings.in(disk).restoring(restore));
  }

  private JobState run(JobGraph graph, String restore) throws Exception {
    return end(submit(graph, storage, restore));
  }

  private static JobState end(JobHandle job) throws InterruptedException {
    return job.await(Duration.ofSeconds(30)).orElseThrow();
  }

  private List<String> checkpoints() {
    return storage.list(MANIFEST).stream().map(name -> name.replace(".manifest", "")).toList();
  }

  private JobGraph bounded() {
    GraphBuilder g = GraphBuilder.bounded("sums").maxRecordsPerBatch(1).checkpoints(OFTEN, true);
    int read = g.source("read", ListSource.of(Event.of("a", 1), Event.of("a", 2)));
    return summed(g, read);
  }

  /** A stream that goes on after these events, without giving any more. */
  private JobGraph idle(long interval, boolean acknowledgeOnCheckpoint, Event... events) {
    ScriptedSource source = ScriptedSource.stream();
    for (Event event : events) {
      source.elements(event);
    }
    GraphBuilder g = GraphBuilder.streaming("idle").checkpoints(interval, acknowledgeOnCheckpoint);
    return summed(g, g.source("read", source, acknowledging()));
  }

  private JobGraph summed(GraphBuilder g, int read) {
    int sum = g.stage("sum", 3, Programs.runningSum(), From.of(read, Exchange.KEYED));
    g.stage("sink", 1, Programs.sink(result), From.of(sum, Exchange.GATHER));
    return g.build();
  }

  /** Passes on, and wants batches with data to be acknowledged. */
  private StageProgram acknowledging() {
    return context ->
        new TestProcessor() {
          private boolean any;

          @Override
          protected long run(BatchContext batch) throws Exception {
            any = false;
            batch
                .input(0)
                .drain(
                    record -> {
                      any = true;
                      emit(batch, (Event) record);
                    });
            return batch.input(0).watermark();
          }

          @Override
          public TaskReport process(BatchContext batch) throws Exception {
            TaskReport report = super.process(batch);
            return new TaskReport(report.outputWatermarks(), report.nextWakeUp(), false, null, any);
          }

          @Override
          public void acknowledge(long batch) {
            checkpointsThen.compareAndSet(-1, checkpoints().size());
            acknowledged.countDown();
          }
        };
  }

  @Test
  void endedJobHasNothingLeftToDo() throws Exception {
    assertThat(run(bounded(), "none")).isEqualTo(JobState.DONE);
    assertThat(result).containsExactly(Event.of("a", 1), Event.of("a", 3));
    result.clear();

    assertThat(run(bounded(), "latest")).isEqualTo(JobState.DONE);
    assertThat(result).isEmpty();
  }

  @Test
  void drainedJobHasNothingLeftToDo() throws Exception {
    JobHandle job = submit(idle(OFTEN, true, Event.of("a", 1)), storage, "none");
    acknowledged.await();
    job.drain();
    assertThat(end(job)).isEqualTo(JobState.DRAINED);
    result.clear();

    assertThat(run(idle(OFTEN, true, Event.of("a", 1), Event.of("a", 2)), "latest"))
        .isEqualTo(JobState.DONE);
    assertThat(result).isEmpty();
  }

  @Test
  void cancelledJobGoesOnWithItsSums() throws Exception {
    JobHandle first =
        submit(idle(OFTEN, true, Event.of("a", 1), Event.of("a", 2)), storage, "none");
    acknowledged.await();
    first.cancel();
    assertThat(end(first)).isEqualTo(JobState.CANCELLED);
    result.clear();

    CountDownLatch came = new CountDownLatch(1);
    GraphBuilder g = GraphBuilder.streaming("idle").checkpoints(OFTEN, true);
    int read =
        g.source(
            "read",
            ScriptedSource.stream()
                .elements(Event.of("a", 1))
                .elements(Event.of("a", 2))
                .elements(Event.of("a", 40)),
            acknowledging());
    int sum = g.stage("sum", 3, Programs.runningSum(), From.of(read, Exchange.KEYED));
    StageProgram sink =
        Programs.map(
            event -> {
              result.add(event);
              came.countDown();
              return null;
            });
    g.stage("sink", 1, sink, From.of(sum, Exchange.GATHER));
    JobHandle second = submit(g.build(), storage, "latest");
    came.await();
    second.cancel();
    assertThat(end(second)).isEqualTo(JobState.CANCELLED);
    assertThat(result).containsExactly(Event.of("a", 43));
    assertThat(second.progress().committed()).isGreaterThan(first.progress().committed());
  }

  @Test
  void usedDirectoryIsRefused() throws Exception {
    run(bounded(), "none");
    List<String> before = storage.list("");

    assertThatThrownBy(() -> run(bounded(), "none"))
        .isInstanceOfSatisfying(
            CheckpointException.class,
            e -> assertThat(e.reason()).isEqualTo(CheckpointException.Reason.REFUSED))
        .hasMessageContaining("memory holds checkpoints of another run")
        .hasMessageContaining("--restore=latest");
    assertThat(storage.list("")).isEqualTo(before);
  }

  @Test
  void checkpointMayBeNamed() throws Exception {
    run(bounded(), "none");
    for (String name : List.copyOf(checkpoints())) {
      if (storage.list(name).isEmpty()) {
        continue; // swept after the run before
      }
      result.clear();
      assertThat(run(bounded(), name)).isEqualTo(JobState.DONE);
      assertThat(result).isSubsetOf(Event.of("a", 1), Event.of("a", 3));
    }
    assertThat(checkpoints()).hasSize(2);
  }

  @Test
  void unknownCheckpointIsRefusedAndThoseThereAreListed() throws Exception {
    run(bounded(), "none");

    assertThatThrownBy(() -> run(bounded(), "checkpoint-r000007-b000000000001-x"))
        .hasMessageContaining("there is no checkpoint checkpoint-r000007-b000000000001-x in memory")
        .hasMessageContaining(checkpoints().get(0));
  }

  @Test
  void anotherJobIsRefused() throws Exception {
    run(bounded(), "none");
    GraphBuilder g = GraphBuilder.bounded("other").checkpoints(OFTEN, true);
    g.source("something else", ListSource.of(Event.of("a", 1)));

    assertThatThrownBy(() -> run(g.build(), "latest"))
        .hasMessageContaining("cannot resume")
        .hasMessageContaining("'sum' is not in the job");
  }

  @Test
  void acknowledgingWhatIsCoveredNeedsAStore() {
    assertThatThrownBy(() -> engine.submit(bounded(), JobListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no store for checkpoints");
  }

  /** Also if nothing comes any more: then a checkpoint is taken for its sake. */
  @Test
  void batchIsAcknowledgedWhenTwoCheckpointsCoverIt() throws Exception {
    JobHandle job = submit(idle(OFTEN, true, Event.of("a", 1)), storage, "none");
    acknowledged.await();
    assertThat(checkpointsThen).hasValue(2);
    job.cancel();
    end(job);
  }

  @Test
  void batchIsAcknowledgedWhenCommittedIfTheJobWantsThat() throws Exception {
    JobHandle job = submit(idle(NEVER, false, Event.of("a", 1)), storage, "none");
    acknowledged.await();
    assertThat(checkpointsThen).hasValue(0);
    job.cancel();
    end(job);
    assertThat(checkpoints()).isEmpty();
  }

  @Test
  void withoutAnIntervalOnlyTheEndIsCovered() throws Exception {
    JobHandle job = submit(idle(NEVER, true, Event.of("a", 1)), storage, "none");
    job.drain();
    assertThat(end(job)).isEqualTo(JobState.DRAINED);
    assertThat(checkpoints()).hasSize(1);
  }

  @Test
  void fullDiskCostsTheLastCheckpointAndFailsTheJobWithAClearMessage() throws Exception {
    JobHandle job = submit(bounded(), new SmallDisk(storage, 100), "none");

    assertThat(end(job)).isEqualTo(JobState.FAILED);
    assertThat(job.failure().orElseThrow().stage()).isEqualTo("checkpoint");
    assertThat(job.failure().orElseThrow().cause())
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("free space there");
    assertThat(result).as("all has been computed").contains(Event.of("a", 3));
    assertThat(storage.list("")).as("what is left of checkpoints given up").isEmpty();
  }

  @Test
  void oneFailureOfTheLastCheckpointIsForgiven() throws Exception {
    AtomicInteger left = new AtomicInteger(1);
    Storage disk =
        new FaultyStorage(
            storage,
            (step, name) -> {
              if (name.endsWith(".manifest") && left.getAndDecrement() > 0) {
                throw new IOException("try again");
              }
            });
    assertThat(end(submit(bounded(), disk, "none"))).isEqualTo(JobState.DONE);
    assertThat(checkpoints()).isNotEmpty();
  }

  /** Storages are foreign code: a missing class, for example, is an error and not an exception. */
  @Test
  void storageThatBreaksDownDoesNotHangTheJob() throws Exception {
    Storage disk =
        new FaultyStorage(
            storage,
            (step, name) -> {
              if (step == Step.CREATE && name.endsWith(".manifest")) {
                throw new NoClassDefFoundError("some/client");
              }
            });
    JobHandle job = submit(bounded(), disk, "none");

    assertThat(end(job)).isEqualTo(JobState.FAILED);
    assertThat(job.failure().orElseThrow().cause()).hasMessageContaining("some/client");
  }

  @Test
  void cancellingInterruptsAStorageThatHangs() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    Storage disk =
        new FaultyStorage(
            storage,
            (step, name) -> {
              if (step == Step.CREATE) {
                hangs.countDown();
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  throw new InterruptedIOException();
                }
              }
            });
    JobHandle job = submit(idle(OFTEN, true, Event.of("a", 1)), disk, "none");
    hangs.await();
    job.cancel();

    assertThat(end(job)).isEqualTo(JobState.CANCELLED);
    assertThat(storage.list("")).isEmpty();
  }
}
