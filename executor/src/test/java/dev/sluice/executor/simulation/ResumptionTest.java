package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every scenario under many seeds, each a job that is killed and resumed several times. */
class ResumptionTest {
  private static final int SEEDS = Integer.getInteger("sluice.simulation.seeds", 100);
  private static final long FIRST = Long.getLong("sluice.simulation.seed", 1);

  private static final Logger LOG = Logger.getLogger("dev.sluice.executor");

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF); // thousands of warnings are expected here
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void resumedJobGivesWhatOneWithoutFailuresGives(Scenario scenario) {
    int resumed = 0;
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      resumed += live(scenario, seed);
    }
    assertThat(resumed).as("lives that went on from a checkpoint").isPositive();
  }

  private static int live(Scenario scenario, long seed) {
    Resumption resumption = new Resumption(scenario, seed);
    try {
      resumption.run();
    } catch (Throwable e) {
      throw new AssertionError(
          scenario
              + " fails under seed "
              + seed
              + "; again with -Dsluice.simulation.seeds=1 -Dsluice.simulation.seed="
              + seed,
          e);
    }
    return resumption.resumed();
  }
}
