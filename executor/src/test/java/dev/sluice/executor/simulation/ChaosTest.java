package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every scenario under many seeds, with all that can go wrong at any moment. */
class ChaosTest {
  @ParameterizedTest
  @EnumSource(Scenario.class)
  void goesOnFromCheckpointsOnBadDisks(Scenario scenario) {
    Seeds.each(scenario, seed -> new Chaos(scenario, seed, true).run());
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void isExactOrSaysWhatIsMissing(Scenario scenario) {
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger deaths = new AtomicInteger();
    AtomicInteger lost = new AtomicInteger();
    AtomicInteger resumptions = new AtomicInteger();
    Seeds.each(
        scenario,
        seed -> {
          Chaos chaos = new Chaos(scenario, seed);
          chaos.run();
          runs.incrementAndGet();
          deaths.addAndGet(chaos.deaths());
          resumptions.addAndGet(chaos.resumptions());
          lost.addAndGet(chaos.wasLost() ? 1 : 0);
        });
    if (Seeds.areMany()) {
      assertThat(deaths.get()).as("deaths").isGreaterThan(runs.get() / 2);
      assertThat(resumptions.get()).as("lives that went on").isPositive();
      assertThat(lost.get()).as("jobs that could not go on").isLessThan(runs.get() / 2);
    }
  }
}
