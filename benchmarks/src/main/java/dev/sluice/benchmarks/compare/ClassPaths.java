package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The class path of each engine. Those of other engines are resolved, and their programs compiled,
 * by Maven in modules that the project's build leaves alone.
 */
final class ClassPaths {
  private static final long MINUTES = 20;

  private final Path peers;
  private final Map<Peer, String> found = new EnumMap<>(Peer.class);

  /**
   * @param peers the directory of their modules
   */
  ClassPaths(Path peers) {
    this.peers = peers;
  }

  /**
   * The class path of an engine.
   *
   * @throws UnavailableException if it cannot be resolved or compiled
   */
  String of(Peer peer) throws UnavailableException, IOException, InterruptedException {
    String path = found.get(peer);
    if (path == null) {
      path = peer.module() == null ? System.getProperty("java.class.path") : resolve(peer.module());
      found.put(peer, path);
    }
    return path;
  }

  private String resolve(String module)
      throws UnavailableException, IOException, InterruptedException {
    Path target = peers.resolve(module).resolve("target");
    Path dependencies = target.resolve("class-path");
    Files.createDirectories(target);
    Files.deleteIfExists(dependencies);
    Path log = target.resolve("resolve.log");
    Process maven;
    try {
      maven = maven(module, dependencies, log);
    } catch (IOException e) {
      throw new UnavailableException("Maven cannot be started: " + e.getMessage(), log);
    }
    boolean ended = maven.waitFor(MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      maven.destroyForcibly();
    }
    if (!ended || maven.exitValue() != 0 || !Files.exists(dependencies)) {
      throw new UnavailableException(firstError(log), log);
    }
    return target.resolve("classes").toAbsolutePath()
        + System.getProperty("path.separator")
        + Files.readString(dependencies).strip();
  }

  private Process maven(String module, Path dependencies, Path log) throws IOException {
    return new ProcessBuilder(
            "mvn",
            "-q",
            "-B",
            "-ntp",
            "-f",
            peers.resolve("pom.xml").toString(),
            "-pl",
            module,
            "compile",
            "dependency:build-classpath",
            "-Dmdep.outputFile=" + dependencies.toAbsolutePath(),
            "-Dmdep.includeScope=runtime")
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static String firstError(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.stream()
        .filter(line -> line.contains("ERROR"))
        .findFirst()
        .orElse("Maven did not end in time");
  }
}
