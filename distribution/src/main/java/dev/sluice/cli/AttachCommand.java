package dev.sluice.cli;

import dev.sluice.executor.api.JobState;
import dev.sluice.executor.cluster.ClusterClient;
import dev.sluice.executor.cluster.JobWatch;
import dev.sluice.executor.cluster.RemoteJob;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice attach}. */
@Command(
    name = "attach",
    description = {
      "Prints what a job's code logs on the executors, and waits for the end of the job.",
      "Stopping this command leaves the job running."
    })
final class AttachCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin ClientOptions client;

  @Parameters(paramLabel = "JOB", description = "The job.")
  String job;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (ClusterClient cluster = client.connect()) {
      RemoteJob attached = cluster.attach(job, printing(out));
      JobState end = attached.await(Duration.ZERO).orElseThrow();
      if (client.json) {
        Output.json(out, Output.job(cluster.job(job)));
      } else {
        out.println(job + ": " + end);
        attached.failure().ifPresent(failure -> failure.cause().printStackTrace(out));
      }
      boolean well = end == JobState.DONE || end == JobState.DRAINED;
      return well ? ExitCode.DONE.code() : ExitCode.FAILED.code();
    }
  }

  private JobWatch printing(PrintWriter out) {
    return new JobWatch() {
      @Override
      public void summary(Object snapshot) {}

      @Override
      public void logged(List<String> lines) {
        if (!client.json) {
          lines.forEach(out::println);
        }
      }
    };
  }
}
