package dev.sluice.executor.simulation;

import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;

/**
 * The seeds of a simulation: 2,000 of them, or what {@code -Dsluice.simulation.seeds} says, from
 * {@code -Dsluice.simulation.seed} on. Runs with different seeds share nothing and go side by side,
 * as many as there are processors.
 */
final class Seeds {
  /** What is done under a seed. */
  interface Run {
    void run(long seed) throws Throwable;
  }

  private static final int COUNT = Integer.getInteger("sluice.simulation.seeds", 2_000);
  private static final long FIRST = Long.getLong("sluice.simulation.seed", 1);

  private static final Logger LOG = Logger.getLogger("dev.sluice.executor");

  private Seeds() {}

  /**
   * Runs something under each seed. The engine is silent meanwhile: deaths, failures and damaged
   * files are expected in thousands.
   *
   * @throws AssertionError naming a seed under which it fails, and how to run that again
   */
  static void each(Scenario scenario, Run run) {
    Level before = LOG.getLevel();
    LOG.setLevel(Level.OFF);
    try {
      LongStream.range(FIRST, FIRST + COUNT)
          .parallel()
          .mapToObj(seed -> one(scenario, seed, run))
          .filter(Objects::nonNull)
          .findAny()
          .ifPresent(
              failure -> {
                throw failure;
              });
    } finally {
      LOG.setLevel(before);
    }
  }

  /** Null if it goes well. */
  private static AssertionError one(Scenario scenario, long seed, Run run) {
    try {
      run.run(seed);
      return null;
    } catch (Throwable e) {
      return new AssertionError(
          scenario
              + " fails under seed "
              + seed
              + "; again with -Dsluice.simulation.seeds=1 -Dsluice.simulation.seed="
              + seed,
          e);
    }
  }

  /** Whether there are so many seeds that something should have happened at least once. */
  static boolean areMany() {
    return COUNT >= 100;
  }
}
