package dev.sluice.cli;

import dev.sluice.executor.cluster.ClusterClient;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Reply.JobStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice status}. */
@Command(name = "status", description = "Tells how a cluster is, or one of its jobs.")
final class StatusCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin ClientOptions client;

  @Parameters(
      arity = "0..1",
      paramLabel = "JOB",
      description = "The job. Without it: the cluster with its executors.")
  String job;

  @Override
  public Integer call() throws Exception {
    try (ClusterClient cluster = client.connect()) {
      if (job == null) {
        tellCluster(cluster.cluster());
      } else {
        JobStatus status = cluster.job(job);
        if (client.json) {
          Output.json(spec.commandLine().getOut(), Output.job(status));
        } else {
          Output.jobs(spec.commandLine().getOut(), List.of(status));
          tellFailure(status);
        }
      }
      return ExitCode.DONE.code();
    }
  }

  private void tellFailure(JobStatus status) {
    if (status.failure() != null) {
      PrintWriter out = spec.commandLine().getOut();
      out.println();
      out.println("failed in " + status.failure().stage() + ":");
      out.println(status.failure().trace().stripTrailing());
    }
  }

  private void tellCluster(Reply.Cluster cluster) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (client.json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("started", Instant.ofEpochMilli(cluster.startedMillis()).toString());
      fields.put("runningJobs", cluster.runningJobs());
      fields.put("executors", cluster.executors().stream().map(Output::executor).toList());
      Output.json(out, fields);
      return;
    }
    out.println(
        "the coordinator runs since "
            + Instant.ofEpochMilli(cluster.startedMillis())
            + "; running jobs: "
            + cluster.runningJobs());
    Output.executors(out, cluster.executors());
  }
}
