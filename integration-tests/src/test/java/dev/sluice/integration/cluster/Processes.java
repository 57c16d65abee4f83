package dev.sluice.integration.cluster;

import static org.awaitility.Awaitility.await;

import dev.sluice.executor.cluster.ClusterClient;
import dev.sluice.executor.cluster.ClusterSecurity;
import dev.sluice.executor.transport.control.Reply.ExecutorStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A coordinator and executors in processes of their own, started by the {@code sluice} command with
 * the class path of the tests. What they print is in files of the directory.
 */
final class Processes implements AutoCloseable {
  private static final String COMMAND = "dev.sluice.cli.Sluice";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path directory;
  private final List<Process> all = new ArrayList<>();
  private final Map<Integer, Process> executors = new TreeMap<>();
  private final String address;
  private final List<String> common;

  private Processes(Path directory, List<String> coordinatorOptions, List<String> common)
      throws IOException {
    this.directory = Files.createDirectories(directory);
    this.common = common;
    List<String> options = new ArrayList<>(coordinatorOptions);
    options.addAll(common);
    Path log = directory.resolve("coordinator.log");
    start(log, "coordinator", "--port=0", options);
    address = awaitLine(log, Pattern.compile("(?m)^coordinator (\\S+)$"));
  }

  /**
   * Starts a cluster; returns when all executors have joined.
   *
   * @param coordinatorOptions of the coordinator only
   * @param common options of all processes
   */
  static Processes start(
      Path directory, int executors, List<String> coordinatorOptions, List<String> common)
      throws IOException {
    Processes processes = new Processes(directory, coordinatorOptions, common);
    try {
      for (int i = 0; i < executors; i++) {
        processes.addExecutor();
      }
      return processes;
    } catch (IOException | RuntimeException e) {
      processes.close();
      throw e;
    }
  }

  /** A cluster that declares nobody dead for being slow. */
  static Processes patient(Path directory, int executors) throws IOException {
    return start(directory, executors, List.of("--heartbeat-timeout=60s"), List.of());
  }

  /** Starts one more executor; returns its number. */
  int addExecutor() throws IOException {
    Path log = directory.resolve("executor-" + all.size() + ".log");
    List<String> options = new ArrayList<>(common);
    options.add("--slots=1");
    Process process = start(log, "executor", "--coordinator=" + address, options);
    int number = Integer.parseInt(awaitLine(log, Pattern.compile("(?m)^executor (\\d+)$")));
    executors.put(number, process);
    return number;
  }

  private Process start(Path log, String command, String first, List<String> options)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), COMMAND, command, first));
    line.add("--staging-dir=" + directory.resolve("staging-" + all.size()));
    line.add("--end-with-stdin"); // they go with the JVM of the tests, whatever happens to it
    line.addAll(options);
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    all.add(process);
    return process;
  }

  private String awaitLine(Path log, Pattern pattern) {
    Process process = all.get(all.size() - 1);
    await().atMost(PATIENCE).until(() -> !process.isAlive() || pattern.matcher(read(log)).find());
    Matcher matcher = pattern.matcher(read(log));
    if (!matcher.find()) {
      throw new IllegalStateException("a process has ended too early:\n" + read(log));
    }
    return matcher.group(1);
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the coordinator listens. */
  String address() {
    return address;
  }

  /** The process of an executor that joined under this number. */
  Process executor(int number) {
    return executors.get(number);
  }

  /** Sends a signal, such as STOP, to an executor's process. */
  void signal(int number, String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(executor(number).pid()))
        .start()
        .waitFor();
  }

  /** A client without a secret. */
  ClusterClient client() throws IOException {
    return ClusterClient.connect(address, ClusterSecurity.NONE);
  }

  /** The state of an executor as the coordinator tells it. */
  String stateOf(int number) {
    try (ClusterClient client = client()) {
      return client.cluster().executors().stream()
          .filter(executor -> executor.executor() == number)
          .map(ExecutorStatus::state)
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What all processes have printed. */
  String logs() {
    StringBuilder logs = new StringBuilder();
    try (var files = Files.newDirectoryStream(directory, "*.log")) {
      for (Path log : files) {
        logs.append("== ").append(log.getFileName()).append('\n').append(read(log)).append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return logs.toString();
  }

  @Override
  public void close() {
    all.forEach(Process::destroyForcibly);
    for (Process process : all) {
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
