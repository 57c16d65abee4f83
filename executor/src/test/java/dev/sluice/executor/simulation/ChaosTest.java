package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every scenario under many seeds, with all that can go wrong at any moment. */
class ChaosTest {
  private static final int SEEDS = Integer.getInteger("sluice.simulation.seeds", 60);
  private static final long FIRST = Long.getLong("sluice.simulation.seed", 1);

  private static final Logger LOG = Logger.getLogger("dev.sluice.executor");

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF); // deaths and failures are expected here
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource(Scenario.class)
  void isExactOrSaysWhatIsMissing(Scenario scenario) {
    int deaths = 0;
    int lost = 0;
    int resumptions = 0;
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Chaos chaos = new Chaos(scenario, seed);
      try {
        chaos.run();
      } catch (Throwable e) {
        throw new AssertionError(
            scenario
                + " fails under seed "
                + seed
                + "; again with -Dsluice.simulation.seeds=1 -Dsluice.simulation.seed="
                + seed,
            e);
      }
      deaths += chaos.deaths();
      resumptions += chaos.resumptions();
      lost += chaos.wasLost() ? 1 : 0;
    }
    assertThat(SEEDS < 20 || deaths > SEEDS / 2).as("somebody died").isTrue();
    assertThat(SEEDS < 60 || resumptions > 0).as("somebody went on").isTrue();
    assertThat(SEEDS < 20 || lost < SEEDS / 2).as("most jobs go on: " + lost).isTrue();
  }
}
