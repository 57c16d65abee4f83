package dev.sluice.benchmarks.workload;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/**
 * The process in which one engine is timed: warms up, runs one job and tells its {@link Outcome} on
 * standard output.
 *
 * <p>Arguments: workload, seconds, how many records the timed job has or 0 for as many as fill the
 * time, file for a flight recording of the timed job or {@code -}, class of the engine, and the
 * engine's own arguments.
 */
public final class Fork {
  private static final int ENGINE = 4;

  /** How long the engine runs before it counts, of the time that it is timed. */
  private static final double WARM = 0.5;

  private Fork() {}

  /** What it is told when the engine has no program for a workload. */
  public static final String NOT_THERE = "NOT THERE";

  /** Runs and exits; what engines leave running does not keep the process. */
  public static void main(String[] arguments) throws Exception {
    int status = 1;
    try {
      run(List.of(arguments));
      status = 0;
    } catch (Throwable e) {
      e.printStackTrace(System.err);
    }
    System.out.flush();
    System.exit(status);
  }

  private static void run(List<String> arguments) throws Exception {
    Workload workload = Workload.of(arguments.get(0));
    int seconds = Integer.parseInt(arguments.get(1));
    long records = Long.parseLong(arguments.get(2));
    String recording = arguments.get(3);
    try (Engine engine =
        (Engine)
            Class.forName(arguments.get(ENGINE))
                .getConstructor(List.class)
                .newInstance(arguments.subList(ENGINE + 1, arguments.size()))) {
      if (!engine.runs(workload)) {
        System.out.println(NOT_THERE);
        return;
      }
      System.out.println(trial(engine, workload, seconds, records, recording).line());
    }
  }

  private static Outcome trial(
      Engine engine, Workload workload, int seconds, long records, String recording)
      throws Exception {
    Trial trial = new Trial(engine, workload);
    if (workload.kind() == Workload.Kind.PACED) {
      int warm = (int) Math.ceil(seconds * WARM);
      return recorded(recording, () -> trial.runPaced(warm, seconds));
    }
    long fitting = trial.warmUp(seconds * WARM, seconds);
    long wanted = records == 0 ? fitting : workload.round(records);
    return recorded(recording, () -> trial.run(wanted));
  }

  private static Outcome recorded(String file, Callable<Outcome> job) throws Exception {
    if (file.equals("-")) {
      return job.call();
    }
    try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
      recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(5));
      recording.start();
      Outcome outcome = job.call();
      recording.stop();
      recording.dump(Path.of(file));
      return outcome;
    }
  }
}
