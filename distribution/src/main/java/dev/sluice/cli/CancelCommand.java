package dev.sluice.cli;

import dev.sluice.executor.cluster.ClusterClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice cancel}. */
@Command(
    name = "cancel",
    description =
        "Ends a job at once, without finishing what is under way. Returns when this is under way.")
final class CancelCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin ClientOptions client;

  @Parameters(paramLabel = "JOB", description = "The job.")
  String job;

  @Override
  public Integer call() throws Exception {
    try (ClusterClient cluster = client.connect()) {
      cluster.cancel(job);
      if (client.json) {
        Output.json(spec.commandLine().getOut(), new Asked(job, "cancel"));
      } else {
        spec.commandLine().getOut().println(job + " is being cancelled");
      }
      return ExitCode.DONE.code();
    }
  }
}
