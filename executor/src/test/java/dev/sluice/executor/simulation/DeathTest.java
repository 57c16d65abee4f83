package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.Programs.Nth;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Executors die and join while a job runs; nothing is lost and nothing comes twice. */
class DeathTest {
  @ParameterizedTest
  @EnumSource(Scenario.class)
  void losesNothing(Scenario scenario) {
    AtomicInteger deaths = new AtomicInteger();
    Seeds.each(scenario, seed -> deaths.addAndGet(simulate(scenario, seed)));
    assertThat(!Seeds.areMany() || deaths.get() > 0).as("somebody died").isTrue();
  }

  private static int simulate(Scenario scenario, long seed) {
    Random random = new Random(seed);
    boolean streaming = scenario.isStreaming() || random.nextInt(3) > 0;
    GraphBuilder g =
        streaming ? GraphBuilder.streaming(scenario.name()) : GraphBuilder.bounded(scenario.name());
    Set<Nth> sink = new TreeSet<>();
    List<Event> expected = scenario.build(g, new Random(seed), Programs.sinkOnce(sink));
    switch (random.nextInt(3)) {
      case 0 -> g.maxRecordsPerBatch(1);
      case 1 -> g.maxRecordsPerBatch(1 + random.nextInt(10));
      default -> {
        // as much as there is
      }
    }
    g.replicated();
    Simulation simulation =
        new Simulation(
            seed,
            2 + random.nextInt(3),
            Simulation.Faults.NONE,
            Traces.before(Simulation.Observer.NONE));
    JobHandle job = simulation.submit(JobStart.anew("job"), g.build(), JobListener.NONE);
    int deaths = 0;
    int most = random.nextInt(4);
    while (!job.state().isTerminal() && deaths < most) {
      int until = simulation.steps() + random.nextInt(200);
      simulation.runWhile(job, () -> simulation.steps() < until || !simulation.isRepaired());
      List<Integer> alive = simulation.alive();
      if (!job.state().isTerminal() && alive.size() > 1) {
        simulation.kill(alive.get(random.nextInt(alive.size())));
        deaths++;
        if (random.nextInt(3) > 0) {
          simulation.join();
        }
        int seen = simulation.steps() + random.nextInt(100);
        simulation.runWhile(job, () -> simulation.steps() < seen || simulation.isRepaired());
      } else {
        break;
      }
    }
    simulation.runToEnd(job);
    job.failure()
        .ifPresent(
            f -> {
              throw new AssertionError("failed in " + f.stage(), f.cause());
            });
    assertThat(job.state()).isEqualTo(JobState.DONE);
    assertThat(sink).containsExactlyElementsOf(each(expected));
    return deaths;
  }

  private static Set<Nth> each(List<Event> events) {
    Map<Event, Integer> counts = new TreeMap<>();
    Set<Nth> each = new TreeSet<>();
    events.forEach(event -> each.add(new Nth(event, counts.merge(event, 1, Integer::sum))));
    return each;
  }
}
