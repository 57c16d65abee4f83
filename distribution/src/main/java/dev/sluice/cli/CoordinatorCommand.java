package dev.sluice.cli;

import dev.sluice.executor.cluster.CoordinatorNode;
import dev.sluice.executor.cluster.CoordinatorSettings;
import dev.sluice.executor.membership.MembershipSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice coordinator}. */
@Command(
    name = "coordinator",
    description = "Runs the coordinator of a cluster, until it is told to stop.")
final class CoordinatorCommand implements Callable<Integer> {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "The interface to listen on. Default: ${DEFAULT-VALUE}.")
  String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7600",
      description = "The port; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  int port;

  @Option(
      names = "--heartbeat-timeout",
      paramLabel = "TIME",
      defaultValue = "1s",
      converter = Durations.class,
      description =
          "After how long a silence an executor is declared dead; at least 50ms. Default:"
              + " ${DEFAULT-VALUE}.")
  Duration heartbeatTimeout;

  @Option(
      names = "--reconnect-timeout",
      paramLabel = "TIME",
      defaultValue = "200ms",
      converter = Durations.class,
      description =
          "How long a connection of an executor, to the coordinator or to another executor, may be"
              + " closed before it is declared dead. Default: ${DEFAULT-VALUE}.")
  Duration reconnectTimeout;

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
    CoordinatorNode node =
        CoordinatorNode.start(
            new CoordinatorSettings(
                host,
                port,
                security.security(),
                new MembershipSettings(heartbeatTimeout, reconnectTimeout),
                ServerProcess.scratch(stagingDir, "staging"),
                sharedClasses ? Sluice.class.getClassLoader() : null));
    ServerProcess.closeOnShutdown(node);
    System.out.println("coordinator " + node.address());
    if (endWithStdin) {
      ServerProcess.endWithStandardInput();
    }
    return ServerProcess.awaitShutdown();
  }
}
