package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every scenario under many seeds: whatever the order of things and the cut of batches, the result
 * is the same.
 */
class SimulationTest {
  @ParameterizedTest
  @EnumSource(Scenario.class)
  void givesWhatAPlainComputationGives(Scenario scenario) {
    Seeds.each(scenario, seed -> simulate(scenario, seed));
  }

  private static void simulate(Scenario scenario, long seed) {
    Random random = new Random(seed);
    GraphBuilder g =
        scenario.isStreaming()
            ? GraphBuilder.streaming(scenario.name())
            : GraphBuilder.bounded(scenario.name());
    Queue<Event> result = new ConcurrentLinkedQueue<>();
    List<Event> expected = new ArrayList<>(scenario.build(g, random, Programs.sink(result)));
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
    if (random.nextInt(3) == 0) {
      g.memoryBudget(random.nextInt(2_000)); // sources pause
    }
    Probe probe = new Probe();
    Simulation simulation = new Simulation(seed, 1 + random.nextInt(3), Simulation.Faults.NONE);
    JobHandle job =
        simulation.submit(JobStart.anew("job"), probe.around(g.build()), JobListener.NONE);
    simulation.runToEnd(job);

    job.failure()
        .ifPresent(
            f -> {
              throw new AssertionError("failed in " + f.stage(), f.cause());
            });
    assertThat(job.state()).isEqualTo(JobState.DONE);
    assertThat(result).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(probe.open()).isZero();
  }
}
