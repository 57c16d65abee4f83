package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.FaultyStorage;
import dev.sluice.executor.fixtures.FaultyStorage.Step;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.Programs.Nth;
import dev.sluice.executor.node.CheckpointSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A crash at every write to the disk of checkpoints (DESIGN section 4): before it, after half of
 * it, after it; of everything, coordinator included, and of one executor after the other.
 */
class DiskCrashPointsTest {
  private static final int EXECUTORS = 3;
  private static final int NOBODY = -1;
  private static final int EVERYBODY = EXECUTORS;

  private static final Logger LOG = Logger.getLogger("dev.sluice.executor");

  /**
   * A crash.
   *
   * @param write at which write, from 1 on
   * @param happens whether the write still happens; otherwise half of it may
   * @param victim the place of an executor among those alive, or everybody
   */
  private record Point(int write, boolean happens, int victim) {
    static final Point NOWHERE = new Point(0, true, NOBODY);
  }

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource(
      value = Scenario.class,
      names = {"KEYED_STATE", "WINDOWS", "VIEWS"})
  void aCrashAtEveryWrite(Scenario scenario) throws IOException {
    Run whole = new Run(scenario, Point.NOWHERE);
    whole.run();
    assertThat(whole.writes).as("writes").isGreaterThan(20);
    int resumed = 0;
    for (int write = 1; write <= whole.writes; write++) {
      resumed += run(scenario, new Point(write, false, EVERYBODY)) ? 1 : 0;
      resumed += run(scenario, new Point(write, true, EVERYBODY)) ? 1 : 0;
      for (int victim = 0; victim < EXECUTORS; victim++) {
        run(scenario, new Point(write, true, victim));
      }
    }
    assertThat(resumed).as("went on from a checkpoint").isGreaterThan(whole.writes / 2);
  }

  /** Whether a second life went on from a checkpoint. */
  private static boolean run(Scenario scenario, Point point) {
    Run run = new Run(scenario, point);
    try {
      run.run();
    } catch (Throwable e) {
      throw new AssertionError(scenario + " fails with a crash at " + point, e);
    }
    return run.resumed;
  }

  /** A job with checkpoints, and a crash. */
  private static final class Run {
    int writes;
    boolean resumed;
    private final Scenario scenario;
    private final Point point;
    private final Set<Nth> sink = new TreeSet<>();
    private final MemoryStorage disk = new MemoryStorage();
    private List<Event> expected;
    private Simulation simulation;
    private int lives;

    Run(Scenario scenario, Point point) {
      this.scenario = scenario;
      this.point = point;
    }

    void run() throws IOException {
      JobHandle job = live();
      if (crashed() && point.victim() == EVERYBODY) {
        job = live();
      }
      job.failure()
          .ifPresent(
              failure -> {
                throw new AssertionError("failed in " + failure.stage(), failure.cause());
              });
      assertThat(job.state()).isEqualTo(JobState.DONE);
      assertThat(sink).containsExactlyElementsOf(each(expected));
    }

    private JobHandle live() throws IOException {
      boolean first = lives++ == 0;
      GraphBuilder g = GraphBuilder.streaming(scenario.name());
      expected = scenario.build(g, new Random(11), Programs.sinkOnce(sink));
      JobGraph graph = g.maxRecordsPerBatch(2).checkpoints(5, false).replicated().build();
      ReleaseWatch watch = new ReleaseWatch(graph);
      simulation =
          new Simulation(17 + lives, EXECUTORS, Simulation.Faults.NONE, Traces.before(watch));
      CheckpointSettings settings =
          CheckpointSettings.in(first ? new FaultyStorage(disk, this::before) : disk)
              .restoring(first ? "none" : "latest");
      JobStart start = simulation.begin("job", graph, settings, "life" + lives);
      resumed = start.firstBatch() > 0;
      JobHandle job = simulation.submit(start, watch.around(graph), JobListener.NONE);
      if (first) {
        simulation.runWhile(job, () -> !crashed());
        if (crashed() && point.victim() == EVERYBODY) {
          watch.check();
          return job;
        }
        if (crashed() && !job.state().isTerminal()) {
          simulation.kill(simulation.alive().get(point.victim()));
        }
      }
      simulation.runToEnd(job);
      watch.check();
      return job;
    }

    private boolean crashed() {
      return point.victim() != NOBODY && writes >= point.write();
    }

    private void before(Step step, String name) throws IOException {
      if (step == Step.READ || step == Step.LENGTH || step == Step.LIST) {
        return;
      }
      writes++;
      boolean everybody = point.victim() == EVERYBODY;
      boolean late = writes > point.write() || (writes == point.write() && !point.happens());
      if (everybody && late) {
        throw new IOException("there is nobody any more who could " + step + " " + name);
      }
    }

    private static Set<Nth> each(List<Event> events) {
      Map<Event, Integer> counts = new TreeMap<>();
      Set<Nth> each = new TreeSet<>();
      events.forEach(event -> each.add(new Nth(event, counts.merge(event, 1, Integer::sum))));
      return each;
    }
  }
}
