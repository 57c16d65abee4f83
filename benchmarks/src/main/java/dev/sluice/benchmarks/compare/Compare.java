package dev.sluice.benchmarks.compare;

import dev.sluice.benchmarks.workload.Outcome;
import dev.sluice.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs workloads on Sluice and other engines in turn, a JVM for each run, and prints medians. Every
 * run's results are compared with the plain loop's.
 */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs workloads on Sluice and beside it on other engines.")
public final class Compare implements Callable<Integer> {
  private static final String ALL = "all";

  @Parameters(
      arity = "1..*",
      paramLabel = "WORKLOAD",
      description = "grep, word-count, … or all; an unknown one makes the list appear.")
  private List<String> workloads = List.of();

  @Option(
      names = "--on",
      split = ",",
      paramLabel = "ENGINE",
      description =
          "The engines: sluice, loop-1, loop-2, jet, flink, beam-flink, beam-flink-tuned,"
              + " beam-spark, beam-direct or all. Default: sluice,loop-2,jet.")
  private List<String> engines = List.of("sluice", "loop-2", "jet");

  @Option(names = "--runs", description = "Runs of each engine; 0 for a profile alone. Default: 3.")
  private int runs = 3;

  @Option(names = "--seconds", description = "About how long a timed job takes. Default: 8.")
  private int seconds = 8;

  @Option(
      names = "--records",
      description = "How many records a timed job has, if not as many as fill the time.")
  private long records;

  @Option(
      names = "--jvm",
      split = " ",
      description = "Flags of every JVM. Default: -Xmx4g -XX:+UseG1GC.")
  private List<String> jvm = List.of("-Xmx4g", "-XX:+UseG1GC");

  @Option(
      names = "--profile",
      description = "One more run of each engine with a flight recording, and its hot spots.")
  private boolean profile;

  @Option(names = "--frames", description = "How many hot spots of each kind. Default: 15.")
  private int frames = 15;

  @Option(
      names = "--benchmarks",
      description = "The directory of this module. Default: benchmarks.")
  private Path directory = Path.of("benchmarks");

  @Option(
      names = "--json",
      description = "The file for the figures. Default: target/compare/figures.json in the module.")
  private Path json;

  private final Expected expected = new Expected();
  private final Report report = new Report();

  /** The command line. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Compare()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path out = directory.resolve("target").resolve("compare");
    Files.createDirectories(out);
    Runs start = new Runs(new ClassPaths(directory.resolve("peers")), out, jvm, seconds, records);
    boolean right = true;
    for (Workload workload : chosenWorkloads()) {
      List<Figures> figures = compare(start, workload);
      if (runs > 0) {
        report.add(workload, figures);
        report.printLast(System.out);
        report.write(json == null ? out.resolve("figures.json") : json);
      }
      right &= figures.stream().noneMatch(Figures::isWrong);
      if (profile) {
        profile(start, workload, figures, out);
      }
    }
    report.printSummary(System.out);
    return right ? 0 : 1;
  }

  private List<Workload> chosenWorkloads() {
    return workloads.contains(ALL)
        ? Arrays.asList(Workload.values())
        : workloads.stream().map(Workload::of).toList();
  }

  private List<Peer> chosenPeers() {
    return engines.contains(ALL)
        ? Arrays.asList(Peer.values())
        : engines.stream().map(Peer::of).toList();
  }

  private List<Figures> compare(Runs start, Workload workload) throws Exception {
    List<Figures> all = new ArrayList<>();
    chosenPeers().forEach(peer -> all.add(new Figures(peer)));
    for (int i = 0; i < runs; i++) {
      for (Figures figures : all) {
        if (!figures.hasFailed()) {
          run(start, workload, figures);
        }
      }
    }
    return all;
  }

  private void run(Runs start, Workload workload, Figures figures) throws Exception {
    try {
      Optional<Outcome> outcome = start.run(figures.peer(), workload, Optional.empty());
      if (outcome.isEmpty()) {
        figures.fail("no program");
        return;
      }
      figures.add(outcome.get());
      if (!expected.agrees(workload, outcome.get())) {
        figures.setWrong();
      }
    } catch (UnavailableException e) {
      figures.fail(e.getMessage());
    }
  }

  private void profile(Runs start, Workload workload, List<Figures> all, Path out)
      throws IOException, InterruptedException {
    for (Figures figures : all) {
      if (figures.hasFailed()) {
        continue;
      }
      Path file = out.resolve(workload.label() + "-" + figures.peer().label() + ".jfr");
      System.out.println();
      System.out.println(
          "Where the time goes: " + workload.label() + " on " + figures.peer().label());
      try {
        start.run(figures.peer(), workload, Optional.of(file));
        HotSpots.read(file).print(System.out, frames);
      } catch (UnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
