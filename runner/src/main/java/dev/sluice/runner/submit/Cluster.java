package dev.sluice.runner.submit;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobProgram;
import dev.sluice.executor.api.StorageFactory;
import dev.sluice.executor.cluster.ClusterClient;
import dev.sluice.executor.cluster.ClusterSecurity;
import dev.sluice.executor.cluster.JobWatch;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Reply.ExecutorStatus;
import dev.sluice.runner.metrics.JobMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.FileStagingOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.common.ReflectHelpers;
import org.apache.beam.sdk.util.construction.resources.PipelineResources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/** The cluster that a pipeline is given to. Used by the thread that submits. */
public final class Cluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  /** What user code logs on executors comes out here. */
  private static final Logger EXECUTORS = LoggerFactory.getLogger("dev.sluice.executors");

  private final ClusterClient client;

  private Cluster(ClusterClient client) {
    this.client = client;
  }

  /**
   * Where a job's checkpoints are.
   *
   * @param directory on a file system that all processes of the cluster reach
   * @param restore what to begin from
   */
  public record Checkpoints(String directory, String restore) {}

  /**
   * Connects.
   *
   * @throws IllegalStateException if that is not possible; says why
   */
  public static Cluster connect(String coordinator, ClusterSecurity security) {
    try {
      return new Cluster(ClusterClient.connect(coordinator, security));
    } catch (IOException e) {
      throw new IllegalStateException(
          "the cluster at --coordinator=" + coordinator + " cannot be reached: " + e.getMessage(),
          e);
    }
  }

  private List<ExecutorStatus> executors() {
    try {
      Reply.Cluster status = client.cluster();
      List<ExecutorStatus> live =
          status.executors().stream().filter(e -> !e.state().equals("dead")).toList();
      if (live.isEmpty()) {
        throw new IllegalStateException(
            "the cluster at " + client.coordinator() + " has no executors yet");
      }
      return live;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** How many tasks run at a time in the cluster, and the least heap of an executor. */
  public Size size() {
    List<ExecutorStatus> live = executors();
    return new Size(
        live.stream().mapToInt(ExecutorStatus::slots).sum(),
        live.stream().mapToLong(ExecutorStatus::memory).min().getAsLong());
  }

  /**
   * The size of a cluster.
   *
   * @param slots how many tasks run at a time in all executors
   * @param memory the least heap of an executor, bytes
   */
  public record Size(int slots, long memory) {}

  /**
   * Stages the program's files and begins it; returns when it runs.
   *
   * @throws IllegalArgumentException if the cluster refuses it
   */
  public JobHandle submit(
      JobGraph graph,
      PipelineOptions options,
      Optional<Checkpoints> checkpoints,
      JobMetrics metrics,
      List<Path> classPath) {
    StorageFactory storage =
        checkpoints.map(wanted -> new CheckpointStorageFactory(wanted.directory())).orElse(null);
    JobProgram program =
        new JobProgram(
            graph,
            JobMetrics::new,
            new BeamSurroundings(options),
            storage,
            checkpoints.map(Checkpoints::restore).orElse("none"),
            "");
    try {
      JobHandle job = client.submit(graph.name(), program, classPath, watch(metrics));
      LOG.info("The pipeline runs on the cluster at {} as {}", client.coordinator(), job.jobId());
      return job;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the cluster at "
              + client.coordinator()
              + " does not run the pipeline: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Watches a job that was submitted before.
   *
   * @throws IllegalArgumentException if the cluster does not know it
   */
  public JobHandle attach(String jobId, JobMetrics metrics) {
    try {
      return client.attach(jobId, watch(metrics));
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private IllegalStateException failed(IOException e) {
    return new IllegalStateException(
        "the cluster at " + client.coordinator() + " does not answer: " + e.getMessage(), e);
  }

  private static JobWatch watch(JobMetrics metrics) {
    return new JobWatch() {
      @Override
      public void summary(Object snapshot) {
        metrics.show(snapshot);
      }

      @Override
      public void logged(List<String> lines) {
        lines.forEach(Cluster::tell);
      }
    };
  }

  /** Into the log; to standard error where there is none, so that nothing is lost. */
  private static void tell(String line) {
    if (EXECUTORS instanceof NOPLogger) {
      System.err.println(line);
    } else {
      EXECUTORS.info("{}", line);
    }
  }

  /** The files that a program consists of: those that the options name, or the class path. */
  public static List<Path> classPath(PipelineOptions options) {
    List<String> named = options.as(FileStagingOptions.class).getFilesToStage();
    List<String> files =
        named == null || named.isEmpty()
            ? PipelineResources.detectClassPathResourcesToStage(
                ReflectHelpers.findClassLoader(), options)
            : named;
    return files.stream().map(Cluster::path).toList();
  }

  /** An entry may be {@code name=path}, as other runners take it; the name is of no use here. */
  private static Path path(String entry) {
    Path whole = Path.of(entry);
    int equals = entry.indexOf('=');
    return equals < 0 || whole.toFile().exists() ? whole : Path.of(entry.substring(equals + 1));
  }

  @Override
  public void close() {
    client.close();
  }
}
