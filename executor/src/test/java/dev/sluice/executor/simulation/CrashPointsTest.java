package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.Programs.Nth;
import dev.sluice.executor.node.CheckpointSettings;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
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
import org.junit.jupiter.api.Test;

/**
 * A crash at every arrow of DESIGN section 4: in a run in which one executor dies and one joins,
 * every type of message has its sender or its receiver killed right before it is delivered, right
 * after it, and after it has been dealt with.
 */
class CrashPointsTest {
  private static final int EXECUTORS = 4;

  /** At which of the messages of a type somebody is killed: the first, and some later ones. */
  private static final int[] PLACES = {1, 2, 5};

  private static final Logger LOG = Logger.getLogger("dev.sluice.executor");

  /** When somebody is killed. */
  private enum Moment {
    BEFORE,
    AFTER,
    DEALT_WITH
  }

  private enum Role {
    SENDER,
    RECEIVER
  }

  private record Point(String type, int place, Moment moment, Role role) {}

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @Test
  void aCrashAtEveryArrow() throws IOException {
    Set<String> types = new TreeSet<>();
    for (Scenario scenario : List.of(Scenario.KEYED_STATE, Scenario.WINDOWS)) {
      Run whole = new Run(scenario, null);
      whole.run();
      types.addAll(whole.seen.keySet());
    }
    assertThat(types)
        .contains(
            "StartJob",
            "OpenBatch",
            "StageSealed",
            "StageCopied",
            "CopyTaken",
            "StageReleased",
            "BatchReleased",
            "BatchesCommitted",
            "BatchOpened",
            "BatchCommitted",
            "SnapshotTaken",
            "CheckpointEnded",
            "Fence",
            "Inventories",
            "BeginEpoch",
            "BeginOpening",
            "Resent",
            "StateCopied",
            "StateTaken",
            "Repaired",
            "JobComplete",
            "StopJob",
            "JobStopped");
    int struck = 0;
    for (Scenario scenario : List.of(Scenario.KEYED_STATE, Scenario.WINDOWS)) {
      for (String type : types) {
        for (int place : PLACES) {
          for (Moment moment : Moment.values()) {
            for (Role role : Role.values()) {
              struck += run(scenario, new Point(type, place, moment, role)) ? 1 : 0;
            }
          }
        }
      }
    }
    assertThat(struck).as("crashes").isGreaterThan(types.size() * 6);
  }

  private static boolean run(Scenario scenario, Point point) throws IOException {
    Run run = new Run(scenario, point);
    try {
      run.run();
    } catch (Throwable e) {
      throw new AssertionError(scenario + " fails with a crash at " + point, e);
    }
    return run.struck;
  }

  /** One run with a death, a join, and a crash. */
  private static final class Run implements Simulation.Faults {
    final Map<String, Integer> seen = new TreeMap<>();
    private final Scenario scenario;
    private final Point point;
    private final Set<Nth> sink = new TreeSet<>();
    private final Simulation simulation;
    private final ReleaseWatch watch;
    private final JobHandle job;
    private final List<Event> expected;
    private boolean struck;
    private boolean mayFail;

    Run(Scenario scenario, Point point) throws IOException {
      this.scenario = scenario;
      this.point = point;
      GraphBuilder g = GraphBuilder.streaming(scenario.name());
      expected = scenario.build(g, new Random(5), Programs.sinkOnce(sink));
      JobGraph graph = g.maxRecordsPerBatch(2).checkpoints(5, true).replicated().build();
      watch = new ReleaseWatch(graph);
      simulation = new Simulation(7, EXECUTORS, this, Traces.before(watch));
      CheckpointSettings settings = CheckpointSettings.in(new MemoryStorage());
      JobStart start = simulation.begin("job", graph, settings, "life");
      job = simulation.submit(start, watch.around(graph), JobListener.NONE);
    }

    void run() {
      simulation.runWhile(job, () -> simulation.steps() < 150);
      die(simulation.alive().get(1));
      simulation.runWhile(job, () -> !simulation.isRepaired());
      if (!job.state().isTerminal()) {
        simulation.join();
      }
      simulation.runToEnd(job);
      watch.check();
      job.failure().ifPresent(this::check);
      if (job.state() != JobState.FAILED) {
        assertThat(job.state()).isEqualTo(JobState.DONE);
        assertThat(sink).containsExactlyElementsOf(each(expected));
      }
    }

    private void check(TaskFailure failure) {
      if (!mayFail || !failure.stage().equals("coordinator")) {
        throw new AssertionError(scenario + " fails in " + failure.stage(), failure.cause());
      }
    }

    private static Set<Nth> each(List<Event> events) {
      Map<Event, Integer> counts = new TreeMap<>();
      Set<Nth> each = new TreeSet<>();
      events.forEach(event -> each.add(new Nth(event, counts.merge(event, 1, Integer::sum))));
      return each;
    }

    private void die(int victim) {
      if (!job.state().isTerminal() && simulation.alive().size() > 1) {
        mayFail |= !simulation.isRepaired();
        simulation.kill(victim);
      }
    }

    private static String type(Message message) {
      if (message instanceof ToExecutor.InEpoch inEpoch) {
        return type(inEpoch.message());
      }
      return message instanceof ToOpener.InEpoch inEpoch
          ? type(inEpoch.message())
          : message.getClass().getSimpleName();
    }

    private boolean isHere(Message message, Moment moment) {
      String type = type(message);
      if (moment == Moment.BEFORE) {
        seen.merge(type, 1, Integer::sum);
      }
      return point != null
          && !struck
          && type.equals(point.type())
          && seen.get(type) == point.place()
          && (moment == point.moment()
              || (moment == Moment.AFTER && point.moment() != Moment.BEFORE));
    }

    @Override
    public void delivering(Address from, Address to, Message message) {
      if (isHere(message, Moment.BEFORE)) {
        strike(from, to);
      }
    }

    @Override
    public void delivered(Address from, Address to, Message message) {
      if (isHere(message, Moment.AFTER)) {
        if (point.moment() == Moment.DEALT_WITH) {
          simulation.handleAll(to.executor());
        }
        strike(from, to);
      }
    }

    private void strike(Address from, Address to) {
      int victim = (point.role() == Role.SENDER ? from : to).executor();
      if (simulation.alive().contains(victim)) {
        struck = true;
        die(victim);
      }
    }
  }
}
