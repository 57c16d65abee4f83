package dev.sluice.integration.pipelines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the main method of a class of the tests in a JVM of its own, with the same class path.
 *
 * @param exitCode what it ended with; -1 if it was killed for taking too long
 * @param output what it wrote on both streams
 * @param seconds how long it took
 */
public record OwnJvm(int exitCode, String output, double seconds) {
  /**
   * Runs it.
   *
   * @param main the class
   * @param directory where the output is kept meanwhile
   * @param limits shell commands before, such as {@code ulimit -f 1000}; empty for none
   * @param timeout after which it is killed
   * @param flags of the JVM
   * @param arguments of the main method
   */
  public static OwnJvm run(
      Class<?> main,
      Path directory,
      String limits,
      Duration timeout,
      List<String> flags,
      List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of("/bin/sh", "-c", (limits.isEmpty() ? "" : limits + " && ") + "exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Path log = Files.createTempFile(directory, "output", ".txt");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .directory(directory.toFile())
            .start();
    boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    return new OwnJvm(
        ended ? process.exitValue() : -1, Files.readString(log), (System.nanoTime() - start) / 1e9);
  }
}
