package dev.sluice.benchmarks.compare;

import dev.sluice.benchmarks.workload.Fork;
import dev.sluice.benchmarks.workload.Outcome;
import dev.sluice.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts JVMs, one after the other, and takes what they tell. */
final class Runs {
  private static final List<String> OPEN =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.text",
          "java.base/java.time",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/jdk.internal.ref",
          "java.base/sun.net.dns",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar",
          "java.management/sun.management");

  private final ClassPaths classPaths;
  private final Path logs;
  private final List<String> jvm;
  private final int seconds;
  private final long records;
  private int started;

  /**
   * @param logs where what the JVMs say besides is kept
   * @param jvm the flags of each JVM
   * @param seconds how long a timed job takes, about
   * @param records how many records it has; 0 for as many as fill the time
   */
  Runs(ClassPaths classPaths, Path logs, List<String> jvm, int seconds, long records) {
    this.classPaths = classPaths;
    this.logs = logs;
    this.jvm = jvm;
    this.seconds = seconds;
    this.records = records;
  }

  /**
   * Runs a workload on an engine.
   *
   * @param recording the file for a flight recording; none if empty
   * @return what it took; empty if the engine has no program for the workload
   */
  Optional<Outcome> run(Peer peer, Workload workload, Optional<Path> recording)
      throws UnavailableException, IOException, InterruptedException {
    started++;
    String name = workload.label() + "-" + peer.label() + "-" + started;
    Path out = logs.resolve(name + ".out");
    Path log = logs.resolve(name + ".log");
    Process process =
        new ProcessBuilder(command(peer, workload, recording))
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    boolean ended;
    try {
      // a timed job may turn out slower than those that warmed up promised
      ended = process.waitFor(60 + 30L * seconds + records / 10_000, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(killer);
    }
    if (!ended) {
      throw new UnavailableException("did not end in time", log);
    }
    List<String> lines = Files.readAllLines(out);
    if (lines.contains(Fork.NOT_THERE)) {
      return Optional.empty();
    }
    Optional<Outcome> outcome =
        lines.stream().filter(Outcome::isOutcome).findFirst().map(Outcome::parse);
    if (outcome.isEmpty()) {
      throw new UnavailableException(failure(log), log);
    }
    return outcome;
  }

  private List<String> command(Peer peer, Workload workload, Optional<Path> recording)
      throws UnavailableException, IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    if (recording.isPresent()) {
      // a chain of fused steps is deeper than the default, and its outer end would be cut off
      command.add("-XX:FlightRecorderOptions=stackdepth=256");
    }
    if (peer.module() != null) {
      OPEN.forEach(name -> command.add("--add-opens=" + name + "=ALL-UNNAMED"));
    }
    command.addAll(List.of("-classpath", classPaths.of(peer), Fork.class.getName()));
    command.addAll(List.of(workload.label(), Integer.toString(seconds), Long.toString(records)));
    command.add(recording.map(Path::toString).orElse("-"));
    command.add(peer.engine());
    command.addAll(peer.arguments());
    return command;
  }

  private static String failure(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains("Exception") || line.contains("Error"))
        .findFirst()
        .orElse("told no outcome");
  }
}
