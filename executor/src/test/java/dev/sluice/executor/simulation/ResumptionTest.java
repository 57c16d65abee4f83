package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every scenario under many seeds, each a job that is killed and resumed several times. */
class ResumptionTest {
  @ParameterizedTest
  @EnumSource(Scenario.class)
  void resumedJobGivesWhatOneWithoutFailuresGives(Scenario scenario) {
    AtomicInteger resumed = new AtomicInteger();
    Seeds.each(
        scenario,
        seed -> {
          Resumption resumption = new Resumption(scenario, seed);
          resumption.run();
          resumed.addAndGet(resumption.resumed());
        });
    if (Seeds.areMany()) {
      assertThat(resumed.get()).as("lives that went on from a checkpoint").isPositive();
    }
  }
}
