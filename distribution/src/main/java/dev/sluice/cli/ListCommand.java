package dev.sluice.cli;

import dev.sluice.executor.cluster.ClusterClient;
import dev.sluice.executor.transport.control.Reply.JobStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice list}. */
@Command(name = "list", description = "Lists the jobs of a cluster.")
final class ListCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin ClientOptions client;

  @Option(names = "--all", description = "Those that have ended, too.")
  boolean all;

  @Override
  public Integer call() throws Exception {
    try (ClusterClient cluster = client.connect()) {
      List<JobStatus> jobs =
          cluster.jobs().stream().filter(job -> all || !job.state().isTerminal()).toList();
      if (client.json) {
        Output.json(spec.commandLine().getOut(), jobs.stream().map(Output::job).toList());
      } else {
        Output.jobs(spec.commandLine().getOut(), jobs);
      }
      return ExitCode.DONE.code();
    }
  }
}
