package dev.sluice.cli;

import dev.sluice.executor.cluster.ClusterClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice drain}. */
@Command(
    name = "drain",
    description =
        "Ends a job in good order: sources stop, what was read is finished. Returns when this is under way.")
final class DrainCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin ClientOptions client;

  @Parameters(paramLabel = "JOB", description = "The job.")
  String job;

  @Override
  public Integer call() throws Exception {
    try (ClusterClient cluster = client.connect()) {
      cluster.drain(job);
      if (client.json) {
        Output.json(spec.commandLine().getOut(), new Asked(job, "drain"));
      } else {
        spec.commandLine()
            .getOut()
            .println(job + " is being  sources stop, what was read is finished.:drained");
      }
      return ExitCode.DONE.code();
    }
  }
}
