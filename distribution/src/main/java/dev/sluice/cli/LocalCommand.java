package dev.sluice.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice local}: a cluster on this machine, each part a process of its own. */
@Command(
    name = "local",
    description =
        "Runs a coordinator and executors on this machine, each in a process of its own, until it is"
            + " told to stop.")
final class LocalCommand implements Callable<Integer> {
  @Option(
      names = "--executors",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many executors. Default: ${DEFAULT-VALUE}.")
  int executors;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7600",
      description = "The coordinator's port; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  int port;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many tasks an executor runs at a time. Default: ${DEFAULT-VALUE}.")
  int slots;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "The largest heap of an executor. Default: ${DEFAULT-VALUE}.")
  String memory;

  @Option(
      names = "--heartbeat-timeout",
      paramLabel = "TIME",
      defaultValue = "1s",
      description =
          "After how long a silence an executor is declared dead; more on a machine that is busy."
              + " Default: ${DEFAULT-VALUE}.")
  String heartbeatTimeout;

  @Option(names = "--shared-classes", hidden = true)
  boolean sharedClasses;

  private final List<Process> processes = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "sluice-shutdown"));
    Process coordinator =
        start("512m", "coordinator", "--port=" + port, "--heartbeat-timeout=" + heartbeatTimeout);
    String address = await(coordinator, Pattern.compile("coordinator (\\S+)"));
    if (address == null) {
      return ExitCode.FAILED.code();
    }
    System.out.println("coordinator " + address + " (process " + coordinator.pid() + ")");
    for (int i = 0; i < executors; i++) {
      Process executor = start(memory, "executor", "--coordinator=" + address, "--slots=" + slots);
      String number = await(executor, Pattern.compile("executor (\\d+)"));
      if (number == null) {
        return ExitCode.FAILED.code();
      }
      System.out.println("executor " + number + " (process " + executor.pid() + ")");
    }
    System.out.println("ready: submit with --coordinator=" + address);
    return coordinator.waitFor();
  }

  private Process start(String heap, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    String home = System.getProperty("sluice.home");
    if (home != null) {
      command.add("-Dsluice.home=" + home);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Sluice.class.getName()));
    command.addAll(List.of(arguments));
    command.add("--end-with-stdin");
    if (sharedClasses) {
      command.add("--shared-classes");
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    synchronized (processes) {
      processes.add(process);
    }
    return process;
  }

  /**
   * Reads what a process prints up to the line that tells it is ready, and passes on what it prints
   * thereafter; null if it ends before.
   */
  private static String await(Process process, Pattern ready) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher matcher = ready.matcher(line);
      if (matcher.matches()) {
        passOn(lines);
        return matcher.group(1);
      }
      System.out.println(line);
    }
    return null;
  }

  private static void passOn(BufferedReader lines) {
    Thread thread = new Thread(() -> lines.lines().forEach(System.out::println), "sluice-output");
    thread.setDaemon(true);
    thread.start();
  }

  private void stop() {
    synchronized (processes) {
      processes.forEach(Process::destroy);
    }
  }
}
