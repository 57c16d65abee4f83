package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.StageProgram;
import dev.sluice.executor.api.StageSpec;
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

/** Jobs that are cancelled, drained or fail at any moment end, and leave nothing behind. */
class AbortSimulationTest {
  /** One run under one seed. */
  private static final class Run {
    final Random random;
    final Probe probe = new Probe();
    final Queue<Event> result = new ConcurrentLinkedQueue<>();
    final List<Event> expected = new ArrayList<>();
    final Simulation simulation;
    private final JobGraph graph;

    Run(Scenario scenario, long seed) {
      random = new Random(seed);
      GraphBuilder g =
          scenario.isStreaming()
              ? GraphBuilder.streaming(scenario.name())
              : GraphBuilder.bounded(scenario.name());
      expected.addAll(scenario.build(g, random, Programs.sink(result)));
      graph = g.maxRecordsPerBatch(1 + random.nextInt(5)).build();
      simulation = new Simulation(seed, 1 + random.nextInt(3), Simulation.Faults.NONE);
    }

    JobHandle submit(JobGraph changed) {
      return simulation.submit(JobStart.anew("job"), probe.around(changed), JobListener.NONE);
    }

    /** Steps until the end or for a while. */
    void aWhile(JobHandle job) {
      for (int left = random.nextInt(600); left > 0 && !job.state().isTerminal(); left--) {
        simulation.run(1);
      }
    }

    void toEnd(JobHandle job) {
      simulation.runToEnd(job);
      assertThat(probe.open()).as("processors that are not closed").isZero();
    }

    /** What was asked for came in time, or the job had done everything before. */
    void isDoneOr(JobHandle job, JobState asked) {
      assertThat(job.state()).isIn(JobState.DONE, asked);
      if (job.state() == JobState.DONE) {
        assertThat(result).containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void cancelledAtAnyMoment(Scenario scenario) {
    Seeds.each(
        scenario,
        seed -> {
          Run run = new Run(scenario, seed);
          JobHandle job = run.submit(run.graph);
          run.aWhile(job);
          job.cancel();
          run.toEnd(job);
          run.isDoneOr(job, JobState.CANCELLED);
          assertThat(job.failure()).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void drainedAtAnyMoment(Scenario scenario) {
    Seeds.each(
        scenario,
        seed -> {
          Run run = new Run(scenario, seed);
          JobHandle job = run.submit(run.graph);
          run.aWhile(job);
          job.drain();
          run.toEnd(job);
          run.isDoneOr(job, JobState.DRAINED);
          if (!scenario.hasUnboundedSource()) {
            assertThat(run.result).containsExactlyInAnyOrderElementsOf(run.expected);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void failedInAnyTask(Scenario scenario) {
    Seeds.each(
        scenario,
        seed -> {
          Run run = new Run(scenario, seed);
          int stage = run.random.nextInt(run.graph.stages().size());
          int[] left = {run.random.nextInt(8)};
          IllegalStateException thrown = new IllegalStateException("as intended");
          JobHandle job = run.submit(throwing(run.graph, stage, left, thrown));
          run.toEnd(job);
          if (job.state() == JobState.FAILED) {
            assertThat(job.failure().orElseThrow().cause()).isSameAs(thrown);
            assertThat(job.failure().orElseThrow().stage())
                .isEqualTo(run.graph.stages().get(stage).name());
          } else {
            assertThat(left[0]).as("tasks until the failure").isNotNegative();
          }
        });
  }

  /** The graph whose stage throws in its n-th task. */
  private static JobGraph throwing(JobGraph graph, int stage, int[] left, RuntimeException thrown) {
    List<StageSpec> stages = new ArrayList<>(graph.stages());
    StageSpec s = stages.get(stage);
    StageProgram program =
        Programs.before(
            s.program(),
            () -> {
              if (left[0]-- == 0) {
                throw thrown;
              }
            });
    stages.set(
        stage,
        new StageSpec(
            s.id(),
            s.name(),
            program,
            s.source(),
            s.partitions(),
            s.inputs(),
            s.outputs(),
            s.views()));
    return new JobGraph(graph.name(), stages, graph.edges(), graph.views(), graph.settings());
  }
}
