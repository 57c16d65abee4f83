package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.FaultyStorage;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.Programs.Nth;
import dev.sluice.executor.node.CheckpointSettings;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A replicated job to which one misfortune after the other happens, whenever it likes. What must
 * come of it: the exact result; or the job has failed and says what is missing, and that only after
 * somebody died before the last death was repaired. Whatever happened, a job with checkpoints goes
 * on from the last one to the exact result.
 */
final class Chaos {
  /** What may happen. */
  enum Misfortune {
    /** An executor dies. */
    KILL,
    /** Two die at once. */
    KILL_TWO,
    /** One stands still for so long that it is declared dead, and goes on then. */
    ZOMBIE,
    /** One is declared dead and is not. */
    WRONGLY_DEAD,
    /** One stands still for some time. */
    PAUSE,
    /** For some time nothing comes from one executor to another. */
    CUT,
    /** The same, of all that one executor sends, to the coordinator, too. */
    MUTE,
    /** The same, of all that comes from some executors to the others, and back. */
    SPLIT,
    /** Connections between two come and go. */
    FLAP,
    /** What one sends to another is lost from now on, and therefore one of them declared dead. */
    LOSS,
    /** All disks are full for some time. */
    FULL,
    /** One joins. */
    JOIN,
    /** One dies, and another process joins in its place. */
    RESTART,
    /** One leaves, and says so. */
    LEAVE,
    /** Somebody asks for the end. */
    DRAIN,
    /** Somebody asks for the end at once. */
    CANCEL
  }

  private static final Misfortune[] DEATHS = {
    Misfortune.KILL,
    Misfortune.KILL_TWO,
    Misfortune.ZOMBIE,
    Misfortune.WRONGLY_DEAD,
    Misfortune.LOSS,
    Misfortune.RESTART,
    Misfortune.LEAVE
  };

  private static final Misfortune[] HITCHES = {
    Misfortune.PAUSE,
    Misfortune.CUT,
    Misfortune.MUTE,
    Misfortune.SPLIT,
    Misfortune.FLAP,
    Misfortune.FULL,
    Misfortune.JOIN
  };

  private final Scenario scenario;
  private final long seed;
  private final Random random;
  private final boolean streaming;
  private final boolean checkpoints;
  private final boolean aboutCheckpoints;

  /** The batch of the last durable checkpoint, -1 before the first. */
  private long durable = -1;

  private final Set<Nth> sink = new TreeSet<>();
  private final MemoryStorage storage = new MemoryStorage();
  private List<Event> expected;
  private Simulation simulation;
  private boolean asked;
  private boolean lost;
  private int lives;
  private int resumptions;
  private boolean mayFail;
  private int deaths;

  /** One step of so many that the disks do fails; 0 if they work. */
  private int failsOneIn;

  /** Whether the disks are full. */
  private boolean full;

  Chaos(Scenario scenario, long seed) {
    this(scenario, seed, false);
  }

  /**
   * One run.
   *
   * @param aboutCheckpoints whether there are many checkpoints on bad disks, and several lives
   */
  Chaos(Scenario scenario, long seed, boolean aboutCheckpoints) {
    this.aboutCheckpoints = aboutCheckpoints;
    this.scenario = scenario;
    this.seed = seed;
    // the first draws of generators with neighbouring seeds are nearly the same
    this.random = new Random(new SplittableRandom(seed).nextLong());
    this.streaming = scenario.isStreaming() || random.nextInt(4) > 0;
    this.checkpoints = random.nextInt(2) == 0 || aboutCheckpoints;
  }

  /** How many have died, or seemed to. */
  int deaths() {
    return deaths;
  }

  /** Spilling, too, needs a disk. */
  private final class Disks implements Simulation.Faults {
    @Override
    public Storage spill(int executor) {
      return new FaultyStorage(new MemoryStorage(), Chaos.this::before);
    }
  }

  private void before(FaultyStorage.Step step, String name) throws IOException {
    boolean adds = step.compareTo(FaultyStorage.Step.CLOSE) <= 0;
    if (adds && (full || (failsOneIn > 0 && random.nextInt(failsOneIn) == 0))) {
      throw new IOException("the disk says no to " + step + " of " + name);
    }
  }

  /** Whether the job was lost, and said so. */
  boolean wasLost() {
    return lost;
  }

  /** How many lives went on from a checkpoint. */
  int resumptions() {
    return resumptions;
  }

  void run() throws IOException {
    int before = checkpoints ? random.nextInt(3) + (aboutCheckpoints ? 1 : 0) : 0;
    for (int i = 0; i < before; i++) {
      live(1 + random.nextInt(6), true);
    }
    JobHandle job = live(1 + random.nextInt(6), false);
    if (checkpoints && job.state() != JobState.DONE) {
      job = live(0, false);
      assertThat(job.state()).isEqualTo(JobState.DONE);
    }
    if (job.state() == JobState.DONE && !asked) {
      assertThat(sink).containsExactlyElementsOf(each(expected));
    }
  }

  private static Set<Nth> each(List<Event> events) {
    Map<Event, Integer> counts = new TreeMap<>();
    Set<Nth> each = new TreeSet<>();
    events.forEach(event -> each.add(new Nth(event, counts.merge(event, 1, Integer::sum))));
    return each;
  }

  /**
   * One life of the job.
   *
   * @param vanishes whether the whole cluster is gone before the end
   */
  private JobHandle live(int misfortunes, boolean vanishes) throws IOException {
    Traces.note("life " + lives);
    JobGraph graph = graph();
    ReleaseWatch watch = new ReleaseWatch(graph);
    failsOneIn = 0;
    full = false;
    simulation =
        new Simulation(
            random.nextLong(), 2 + random.nextInt(4), new Disks(), Traces.before(seen(watch)));
    JobStart start =
        checkpoints
            ? simulation.begin(
                "job",
                graph,
                CheckpointSettings.in(new FaultyStorage(storage, this::before))
                    .restoring(lives == 0 ? "none" : "latest"),
                "life" + lives)
            : JobStart.anew("job");
    lives++;
    assertThat(start.firstBatch()).as("begins behind").isGreaterThan(durable);
    simulation.notBefore(start.notBefore());
    boolean bad = random.nextInt(aboutCheckpoints ? 2 : 4) == 0;
    failsOneIn = misfortunes > 0 && bad ? 20 + random.nextInt(200) : 0;
    JobHandle job = simulation.submit(start, watch.around(graph), JobListener.NONE);
    mayFail = false;
    int spread = 1 << (3 + random.nextInt(7));
    for (int i = 0; i < misfortunes && !job.state().isTerminal(); i++) {
      int until = simulation.steps() + random.nextInt(spread);
      simulation.runWhile(job, () -> simulation.steps() < until);
      if (!job.state().isTerminal()) {
        strike(next(), job);
      }
    }
    if (vanishes) {
      int until = simulation.steps() + random.nextInt(500);
      simulation.runWhile(job, () -> simulation.steps() < until);
      watch.check();
      return job;
    }
    simulation.runToEnd(job);
    watch.check();
    job.failure().ifPresent(this::check);
    resumptions += start.firstBatch() > 0 ? 1 : 0;
    return job;
  }

  private Simulation.Observer seen(ReleaseWatch watch) {
    return new Simulation.Observer() {
      @Override
      public void sent(Address from, Address to, Message message) {
        watch.sent(from, to, message);
      }

      @Override
      public void durable(long batch) {
        durable = batch;
      }
    };
  }

  private Misfortune next() {
    int dice = random.nextInt(20);
    if (dice < 9) {
      return DEATHS[random.nextInt(DEATHS.length)];
    }
    return dice < 19
        ? HITCHES[random.nextInt(HITCHES.length)]
        : random.nextBoolean() ? Misfortune.DRAIN : Misfortune.CANCEL;
  }

  private void strike(Misfortune misfortune, JobHandle job) {
    List<Integer> alive = simulation.alive();
    int victim = alive.get(random.nextInt(alive.size()));
    int other = alive.get(random.nextInt(alive.size()));
    Traces.note(simulation.steps() + " " + misfortune + " " + victim);
    switch (misfortune) {
      case KILL -> die(() -> simulation.kill(victim));
      case KILL_TWO -> {
        die(() -> simulation.kill(victim));
        if (other != victim) {
          die(() -> simulation.kill(other));
        }
      }
      case ZOMBIE ->
          die(
              () -> {
                simulation.pause(victim);
                aWhile(job, 30);
                simulation.declareDead(victim);
              });
      case WRONGLY_DEAD -> die(() -> simulation.declareDead(victim));
      case PAUSE -> {
        simulation.pause(victim);
        aWhile(job, 60);
        simulation.resume(victim);
      }
      case CUT -> cut(victim, other);
      case MUTE -> {
        for (int to : alive) {
          cut(victim, to);
        }
        cut(victim, Address.COORDINATOR.executor());
      }
      case SPLIT -> split(alive);
      case FLAP -> {
        for (int i = random.nextInt(6); i >= 0; i--) {
          cut(victim, other);
          cut(other, victim);
          aWhile(job, 40);
        }
      }
      case LOSS -> {
        if (victim != other) {
          simulation.lose(new Address(victim), new Address(other));
          aWhile(job, 60);
          int lost = random.nextBoolean() ? victim : other;
          die(() -> simulation.declareDead(lost));
        }
      }
      case FULL -> {
        full = true;
        aWhile(job, 300);
        full = false;
      }
      case JOIN -> simulation.join();
      case RESTART -> {
        die(() -> simulation.kill(victim));
        simulation.join();
      }
      case LEAVE -> die(() -> simulation.leave(victim));
      case DRAIN -> {
        asked |= scenario.hasUnboundedSource();
        job.drain();
      }
      case CANCEL -> job.cancel();
    }
  }

  private void split(List<Integer> alive) {
    for (int one : alive) {
      for (int other : alive) {
        if (one % 2 == 0 && other % 2 == 1) {
          cut(one, other);
          cut(other, one);
        }
      }
    }
  }

  private void aWhile(JobHandle job, int steps) {
    int until = simulation.steps() + random.nextInt(steps);
    simulation.runWhile(job, () -> simulation.steps() < until && simulation.canStep());
  }

  private void cut(int from, int to) {
    if (from != to) {
      simulation.cut(new Address(from), new Address(to), random.nextInt(30_000_000));
    }
  }

  /** One is always left: it takes over, or at least finds out what is missing. */
  private void die(Runnable how) {
    if (simulation.alive().size() > 1) {
      mayFail |= !simulation.isRepaired();
      deaths++;
      how.run();
    }
  }

  /** A failure says what is missing, and that was to be expected. */
  private void check(TaskFailure failure) {
    String message = String.valueOf(failure.cause().getMessage());
    if (isOfADisk(failure.cause())) {
      return;
    }
    boolean says =
        failure.stage().equals("coordinator")
            && (message.contains(" are gone")
                || message.contains("nobody has ")
                || message.contains(" misses "));
    if (!says || !mayFail) {
      throw new AssertionError(
          "failed in " + failure.stage() + (mayFail ? ", says not why" : ", without need"),
          failure.cause());
    }
    lost = true;
  }

  private static boolean isOfADisk(Throwable cause) {
    for (Throwable one = cause; one != null; one = one.getCause()) {
      if (String.valueOf(one.getMessage()).contains("the disk says no")) {
        return true;
      }
    }
    return false;
  }

  private JobGraph graph() {
    Random same = new Random(seed);
    GraphBuilder g =
        streaming ? GraphBuilder.streaming(scenario.name()) : GraphBuilder.bounded(scenario.name());
    expected = scenario.build(g, same, Programs.sinkOnce(sink));
    switch (random.nextInt(3)) {
      case 0 -> g.maxRecordsPerBatch(1);
      case 1 -> g.maxRecordsPerBatch(1 + random.nextInt(10));
      default -> {
        // as much as there is
      }
    }
    if (random.nextInt(3) == 0) {
      g.encodeAlways();
    }
    if (random.nextInt(3) == 0) {
      g.memoryBudget(random.nextInt(400)); // blocks spill
    }
    if (checkpoints) {
      long[] intervals = {1, 5, 20, aboutCheckpoints ? 2 : 0};
      g.checkpoints(intervals[random.nextInt(intervals.length)], random.nextBoolean());
    }
    return g.replicated().build();
  }
}
