package dev.sluice.executor.simulation;

/** A simulation that a planted fault has to fail in. Loaded anew for each {@link Mutant}. */
public final class Rehearsal {
  private Rehearsal() {}

  /** Whether everything is as it should be. */
  public static boolean goesWell(String scenario, long seed, boolean aboutCheckpoints) {
    try {
      new Chaos(Scenario.valueOf(scenario), seed, aboutCheckpoints).run();
      return true;
    } catch (Throwable e) {
      return false; // whatever it is, it would fail the build
    }
  }
}
