package dev.sluice.cli;

import dev.sluice.executor.cluster.ExecutorNode;
import dev.sluice.executor.cluster.ExecutorSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice executor}. */
@Command(
    name = "executor",
    description = "Runs an executor of a cluster, until it is told to stop.")
final class ExecutorCommand implements Callable<Integer> {
  private static final int MAX_THREADS = 256;

  @Option(
      names = "--coordinator",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:7600",
      description = "Where the coordinator listens. Default: ${DEFAULT-VALUE}.")
  String coordinator;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "The interface to listen on. Default: ${DEFAULT-VALUE}.")
  String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "The port; 0, the default: any that is free.")
  int port;

  @Option(
      names = "--advertise",
      paramLabel = "HOST",
      description =
          "Under which name or address the others reach this executor. Default: --host, or this"
              + " machine's name if that is 0.0.0.0.")
  String advertise;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many tasks run at a time; 0, the default: one per core.")
  int slots;

  @Option(
      names = "--spill-dir",
      paramLabel = "DIR",
      description =
          "The directory for what does not fit into memory. Default: the directory for temporary"
              + " files.")
  Path spillDir;

  @Option(
      names = "--staging-dir",
      paramLabel = "DIR",
      description =
          "The directory for files of programs. Default: sluice-USER/staging in the directory for"
              + " temporary files.")
  Path stagingDir;

  /** Jobs see the classes of this process and not their own: for tests that are many small jobs. */
  @Option(names = "--shared-classes", hidden = true)
  boolean sharedClasses;

  @Option(names = "--end-with-stdin", hidden = true)
  boolean endWithStdin;

  @Mixin SecurityOptions security;

  @Override
  public Integer call() throws Exception {
    ServerProcess.logging();
    int tasks = slots == 0 ? Runtime.getRuntime().availableProcessors() : slots;
    ExecutorNode node =
        ExecutorNode.start(
            new ExecutorSettings(
                coordinator,
                host,
                port,
                advertised(),
                tasks,
                Math.max(MAX_THREADS, tasks),
                security.security(),
                ServerProcess.scratch(stagingDir, "staging"),
                spillDir == null ? Path.of(System.getProperty("java.io.tmpdir")) : spillDir,
                sharedClasses ? Sluice.class.getClassLoader() : null));
    ServerProcess.closeOnShutdown(node);
    if (endWithStdin) {
      ServerProcess.endWithStandardInput();
    }
    try {
      node.joined().join();
    } catch (CompletionException e) {
      System.err.println("sluice: " + e.getCause().getMessage());
      return ExitCode.UNREACHABLE.code();
    }
    System.out.println("executor " + node.number());
    node.awaitEnd();
    return ExitCode.FAILED.code();
  }

  private String advertised() throws UnknownHostException {
    if (advertise != null) {
      return advertise;
    }
    return host.equals("0.0.0.0") || host.equals("::")
        ? InetAddress.getLocalHost().getHostName()
        : host;
  }
}
