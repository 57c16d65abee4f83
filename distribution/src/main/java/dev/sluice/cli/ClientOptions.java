package dev.sluice.cli;

import dev.sluice.executor.cluster.ClusterClient;
import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of all commands that ask a cluster something. */
final class ClientOptions {
  @Option(
      names = "--coordinator",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:7600",
      description = "Where the coordinator listens. Default: ${DEFAULT-VALUE}.")
  String coordinator;

  @Option(names = "--json", description = "Print JSON, for machines.")
  boolean json;

  @Mixin SecurityOptions security;

  ClusterClient connect() throws IOException {
    return ClusterClient.connect(coordinator, security.security());
  }
}
