package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.checkpoint.ChainPolicy;
import dev.sluice.executor.checkpoint.CheckpointException;
import dev.sluice.executor.checkpoint.CheckpointStore;
import dev.sluice.executor.checkpoint.JobLayout;
import dev.sluice.executor.checkpoint.RestoreChoice;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.FaultyStorage;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.Programs.Nth;
import dev.sluice.executor.node.CheckpointSettings;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A job with several lives over one storage. Each life but the last may end at any moment: the
 * whole simulated cluster is gone then, nothing is closed, and what was being written is torn. The
 * next goes on from the latest checkpoint, with another number of executors, and with other
 * partitions and splits where the state is keyed. Whatever happened, the sink has what a run
 * without failures gives, each once.
 */
final class Resumption {
  /** How a life may end before its time. */
  private enum Misfortune {
    /** It does not. */
    NONE,
    /** The cluster vanishes between two steps. */
    CRASH,
    /** The cluster vanishes in the middle of writing a checkpoint. */
    CRASH_IN_STORAGE,
    /** The storage fails now and then; the cluster vanishes, too, perhaps. */
    FAULTY_STORAGE,
    /** The storage is full from some moment on. */
    FULL_STORAGE,
    /** Somebody asks for the end at once. */
    CANCEL,
    /** Somebody asks for the end, and perhaps the cluster vanishes on the way there. */
    DRAIN
  }

  /** Everything that the storage does after the end of a life. */
  private static final class Vanished extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final int MAX_LIVES = 5;

  private final Scenario scenario;
  private final long seed;
  private final Random random;
  private final boolean acknowledgeOnCheckpoint;
  private final boolean rescales;
  private final OutsideWorld world = new OutsideWorld();
  private final MemoryStorage storage = new MemoryStorage();
  private List<Event> expected;
  private int lives;
  private int resumed;
  private boolean vanished;

  /** An unbounded source was stopped: what it had not given may never come. */
  private boolean drained;

  /** A checkpoint became durable since one was damaged: what covers is never damaged. */
  private boolean hasNewer;

  /** A life has come to its end by itself. */
  private boolean complete;

  Resumption(Scenario scenario, long seed) {
    this.scenario = scenario;
    this.seed = seed;
    this.random = new Random(seed * 31 + 7);
    this.acknowledgeOnCheckpoint = random.nextInt(3) > 0;
    this.rescales =
        scenario == Scenario.STATELESS
            || scenario == Scenario.KEYED_STATE
            || scenario == Scenario.WINDOWS;
  }

  /** Lives them all. */
  void run() throws IOException {
    int before = random.nextInt(MAX_LIVES);
    for (int life = 0; life < before; life++) {
      Misfortune[] all = Misfortune.values();
      live(all[random.nextInt(all.length)]);
      if (!complete && hasNewer && random.nextInt(4) == 0) {
        damageTheNewest(); // after the end the one final checkpoint covers everything
      }
    }
    assertThat(live(Misfortune.NONE)).isEqualTo(JobState.DONE);
    if (!drained) {
      assertThat(world.sink).containsExactlyElementsOf(each(expected));
    }

    long read = world.recordsRead;
    long sunk = world.recordsSunk;
    assertThat(live(Misfortune.NONE)).isEqualTo(JobState.DONE);
    assertThat(world.recordsRead).as("read after the end").isEqualTo(read);
    assertThat(world.recordsSunk).as("emitted after the end").isEqualTo(sunk);
  }

  /** How many lives went on from a checkpoint. */
  int resumed() {
    return resumed;
  }

  private static Set<Nth> each(List<Event> events) {
    Map<Event, Integer> counts = new TreeMap<>();
    Set<Nth> each = new TreeSet<>();
    events.forEach(event -> each.add(new Nth(event, counts.merge(event, 1, Integer::sum))));
    return each;
  }

  /** One life; returns how it ended, {@link JobState#RUNNING} if it vanished. */
  private JobState live(Misfortune misfortune) throws IOException {
    JobGraph graph = graph();
    vanished = false;
    int mostSteps = 1 << (4 + random.nextInt(10));
    int last = misfortune == Misfortune.NONE ? Integer.MAX_VALUE : random.nextInt(mostSteps);
    Faults faults = new Faults(misfortune);
    Storage disk = new FaultyStorage(storage, faults::before);
    JobStart[] started = new JobStart[1];
    Probe[] probe = new Probe[1];
    Simulation simulation =
        new Simulation(
            random.nextLong(),
            1 + random.nextInt(3),
            Simulation.Faults.NONE,
            new Simulation.Observer() {
              @Override
              public void sent(Address from, Address to, Message message) {
                probe[0].sent(from, to, message);
                complete |= probe[0].isComplete();
              }

              @Override
              public void durable(long batch) {
                Traces.note("durable " + batch);
                hasNewer = true;
                probe[0].durable(batch);
              }
            });
    started[0] =
        simulation.begin(
            "job",
            graph,
            CheckpointSettings.in(disk).restoring(lives == 0 ? "none" : "latest"),
            "life" + lives);
    lives++;
    Traces.note("from " + started[0] + " with " + misfortune);
    resumed += started[0].firstBatch() > 0 ? 1 : 0;
    faults.begin();
    probe[0] = new Probe(world, started[0]);
    JobHandle job =
        simulation.submit(started[0], probe[0].around(simulation.laidOut("job")), JobListener.NONE);
    try {
      simulation.runWhile(job, () -> simulation.steps() < last && !vanished);
      if (misfortune == Misfortune.CANCEL && !job.state().isTerminal()) {
        job.cancel();
      }
      if (misfortune == Misfortune.DRAIN && !job.state().isTerminal()) {
        job.drain();
        drained |= scenario.hasUnboundedSource();
        int until = simulation.steps() + random.nextInt(mostSteps);
        simulation.runWhile(job, () -> simulation.steps() < until);
      }
      boolean dies =
          vanished
              || misfortune == Misfortune.CRASH
              || (misfortune != Misfortune.NONE && random.nextInt(2) == 0);
      if (!dies) {
        simulation.runWhile(job, () -> !vanished);
      }
    } catch (Vanished e) {
      return JobState.RUNNING;
    }
    if (vanished || !job.state().isTerminal()) {
      return JobState.RUNNING;
    }
    simulation.runToEnd(job);
    assertThat(world.violations).isEmpty();
    assertThat(probe[0].open()).isZero();
    job.failure().ifPresent(failure -> check(failure, misfortune));
    return job.state();
  }

  private static void check(TaskFailure failure, Misfortune misfortune) {
    boolean mayFail =
        misfortune == Misfortune.FAULTY_STORAGE || misfortune == Misfortune.FULL_STORAGE;
    if (!mayFail || !failure.cause().toString().contains("the disk says no")) {
      throw new AssertionError("failed in " + failure.stage(), failure.cause());
    }
  }

  private JobGraph graph() {
    Random same = new Random(seed);
    GraphBuilder g =
        scenario.isStreaming()
            ? GraphBuilder.streaming(scenario.name())
            : GraphBuilder.bounded(scenario.name());
    expected = scenario.build(g, same, Programs.sinkOnce(world.sink));
    switch (random.nextInt(3)) {
      case 0 -> g.maxRecordsPerBatch(1);
      case 1 -> g.maxRecordsPerBatch(1 + random.nextInt(10));
      default -> {
        // as much as there is
      }
    }
    if (random.nextBoolean()) {
      g.encodeAlways();
    }
    long[] intervals = {1, 5, 20, 100, 0};
    g.checkpoints(intervals[random.nextInt(intervals.length)], acknowledgeOnCheckpoint);
    return rescales && random.nextBoolean() ? rescaled(g.build()) : g.build();
  }

  private JobGraph rescaled(JobGraph graph) {
    List<StageSpec> stages = new ArrayList<>();
    for (StageSpec s : graph.stages()) {
      boolean keyed = s.source() == null && !s.name().equals("sink");
      SourceProgram source =
          s.source() instanceof ListSource list ? list.cutInto(Scenario.parts(random)) : s.source();
      int partitions = keyed ? Scenario.parts(random) : s.partitions();
      stages.add(
          new StageSpec(
              s.id(),
              s.name(),
              s.program(),
              source,
              source == null ? partitions : source.splits(),
              s.inputs(),
              s.outputs(),
              s.views()));
    }
    return new JobGraph(graph.name(), stages, graph.edges(), graph.views(), graph.settings());
  }

  /** Tears the newest checkpoint, if there is another that is whole. */
  private void damageTheNewest() throws IOException {
    List<String> whole = new ArrayList<>();
    for (String name : new CheckpointStore(storage, layout(), "x", ChainPolicy.NORMAL).list()) {
      if (isWhole(name)) {
        whole.add(name);
      }
    }
    if (whole.size() > 1) {
      hasNewer = false;
      Traces.note("damaging " + whole.get(0) + " of " + whole);
      String manifest = whole.get(0) + ".manifest";
      byte[] bytes = storage.bytes(manifest);
      int place = random.nextInt(bytes.length);
      bytes[place] ^= (byte) (1 << random.nextInt(8));
      storage.put(manifest, bytes);
      assertThat(isWhole(whole.get(0))).as("a damaged checkpoint is whole").isFalse();
    }
  }

  private boolean isWhole(String name) throws IOException {
    try {
      new CheckpointStore(storage, layout(), "x", ChainPolicy.NORMAL)
          .restore(new RestoreChoice.Named(name));
      return true;
    } catch (CheckpointException e) {
      return false;
    }
  }

  private JobLayout layout() {
    GraphBuilder g = GraphBuilder.streaming(scenario.name());
    scenario.build(g, new Random(seed), Programs.sinkOnce(world.sink));
    return JobLayout.of(g.build(), "");
  }

  /** What goes wrong with the storage of one life. */
  private final class Faults {
    private final Misfortune misfortune;
    private final Random dice = new Random(random.nextLong());
    private final int oneIn = 3 + dice.nextInt(100);
    private int stepsLeft = dice.nextInt(200);
    private boolean begun;

    Faults(Misfortune misfortune) {
      this.misfortune = misfortune;
    }

    void begin() {
      begun = true;
    }

    void before(FaultyStorage.Step step, String name) throws IOException {
      if (!begun) {
        return;
      }
      stepsLeft--;
      boolean adds = step.compareTo(FaultyStorage.Step.CLOSE) <= 0;
      switch (misfortune) {
        case NONE, CRASH, CANCEL, DRAIN -> {
          // it works
        }
        case CRASH_IN_STORAGE -> {
          vanished |= stepsLeft < 0;
          if (vanished) {
            throw new Vanished();
          }
        }
        case FAULTY_STORAGE -> {
          if (dice.nextInt(oneIn) == 0) {
            throw new IOException("the disk says no to " + step + " of " + name);
          }
        }
        case FULL_STORAGE -> {
          if (stepsLeft < 0 && adds) {
            throw new IOException("the disk says no: No space left on device");
          }
        }
      }
    }
  }
}
