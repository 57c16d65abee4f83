package dev.sluice.runner;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.node.CheckpointSettings;
import dev.sluice.executor.node.EmbeddedEngine;
import dev.sluice.runner.metrics.JobMetrics;
import dev.sluice.runner.metrics.MetricsPush;
import dev.sluice.runner.metrics.ProgressLine;
import dev.sluice.runner.submit.BeamVersion;
import dev.sluice.runner.submit.CheckpointDirectory;
import dev.sluice.runner.submit.Cluster;
import dev.sluice.runner.submit.RunningJob;
import dev.sluice.runner.submit.RunningJob.Bond;
import dev.sluice.runner.submit.Started;
import dev.sluice.runner.submit.Surroundings;
import dev.sluice.runner.submit.UnserializableFn;
import dev.sluice.translation.PipelineTranslator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineRunner;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.metrics.MetricsOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsValidator;

/**
 * Runs Beam pipelines, bounded and unbounded, on Sluice: {@code --runner=SluiceRunner}. The engine
 * runs in this JVM and is started and stopped with the pipeline, or with {@code
 * --coordinator=host:port} on a cluster. See {@link SluiceOptions} for what can be set.
 */
public final class SluiceRunner extends PipelineRunner<SluicePipelineResult> {
  private final SluiceOptions options;
  private final SluiceSettings settings;

  private SluiceRunner(SluiceOptions options, SluiceSettings settings) {
    this.options = options;
    this.settings = settings;
  }

  /**
   * Called by Beam.
   *
   * @throws IllegalArgumentException if an option has a value that is not allowed
   * @throws IllegalStateException if the Beam on the class path is older than the one needed
   */
  public static SluiceRunner fromOptions(PipelineOptions options) {
    BeamVersion.check();
    SluiceOptions checked = PipelineOptionsValidator.validate(SluiceOptions.class, options);
    return new SluiceRunner(checked, SluiceSettings.of(checked));
  }

  /**
   * Starts the pipeline and returns at once, so that it can be looked at, drained and cancelled. In
   * this JVM: the JVM stays alive until the pipeline ends, also if nobody waits for it. On a
   * cluster: the pipeline goes on when the JVM ends.
   *
   * <p>A failure is thrown by {@link SluicePipelineResult#waitUntilFinish()}. If nobody waits, it
   * is logged as an error with its cause; and if by then {@code main} has ended and no other thread
   * but daemons is left, the JVM ends with code 1.
   *
   * @throws IllegalArgumentException if the pipeline or an option asks for what cannot be done
   * @throws IllegalStateException if the cluster cannot be reached
   */
  @Override
  public SluicePipelineResult run(Pipeline pipeline) {
    // Stays on for good: assertions of Beam's tests are counted after the run.
    MetricsEnvironment.setMetricsSupported(true);
    return settings.cluster().isPresent()
        ? runOnCluster(pipeline, settings.cluster().get(), Cluster.classPath(options))
        : runHere(pipeline);
  }

  private SluicePipelineResult runHere(Pipeline pipeline) {
    settings.checkpoints().ifPresent(wanted -> CheckpointDirectory.check(wanted.directory()));
    JobGraph graph = translate(pipeline, settings);
    Started started = new Started();
    try {
      JobMetrics metrics = new JobMetrics();
      started.add(Surroundings.prepare(options));
      started.add(MetricsPush.start(metrics, options.as(MetricsOptions.class)));
      EmbeddedEngine engine = started.add(EmbeddedEngine.start(settings.engine()));
      JobHandle job = submit(engine, graph, metrics);
      return new SluicePipelineResult(
          RunningJob.watch(job, Bond.HERE, progress(), started), metrics);
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  /** Runs it on a cluster whose executors need these files. */
  SluicePipelineResult runOnCluster(
      Pipeline pipeline, SluiceSettings.Cluster wanted, List<Path> classPath) {
    Started started = new Started();
    try {
      Cluster cluster = started.add(Cluster.connect(wanted.coordinator(), wanted.security()));
      Cluster.Size size = cluster.size();
      SluiceSettings sized =
          SluiceSettings.of(options, new SluiceSettings.Room(size.slots(), size.memory() / 4));
      JobGraph graph = translate(pipeline, sized);
      JobMetrics metrics = new JobMetrics();
      started.add(MetricsPush.start(metrics, options.as(MetricsOptions.class)));
      JobHandle job =
          cluster.submit(
              graph,
              options,
              settings
                  .checkpoints()
                  .map(
                      checkpoints ->
                          new Cluster.Checkpoints(
                              checkpoints.directory(), settings.restore().orElse("none"))),
              metrics,
              classPath);
      return watched(job, wanted, metrics, started);
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  /**
   * Finds a pipeline again that was given to a cluster, perhaps by another JVM.
   *
   * @param options name the cluster
   * @param jobId as {@link SluicePipelineResult#jobId} told it
   * @throws IllegalArgumentException if the options name no cluster, or it does not know the job
   * @throws IllegalStateException if the cluster cannot be reached
   */
  public static SluicePipelineResult attach(SluiceOptions options, String jobId) {
    SluiceRunner runner = fromOptions(options);
    SluiceSettings.Cluster wanted =
        runner
            .settings
            .cluster()
            .orElseThrow(
                () -> new IllegalArgumentException("--coordinator has to say where the job runs"));
    Started started = new Started();
    try {
      Cluster cluster = started.add(Cluster.connect(wanted.coordinator(), wanted.security()));
      JobMetrics metrics = new JobMetrics();
      return runner.watched(cluster.attach(jobId, metrics), wanted, metrics, started);
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  private SluicePipelineResult watched(
      JobHandle job, SluiceSettings.Cluster wanted, JobMetrics metrics, Started started) {
    Bond bond = wanted.detached() ? Bond.DETACHED : Bond.ATTACHED;
    return new SluicePipelineResult(RunningJob.watch(job, bond, progress(), started), metrics);
  }

  private JobGraph translate(Pipeline pipeline, SluiceSettings with) {
    try {
      return PipelineTranslator.translate(pipeline, with.translation(options.isStreaming()));
    } catch (IllegalArgumentException e) {
      throw UnserializableFn.find(pipeline).orElse(e);
    }
  }

  private JobHandle submit(EmbeddedEngine engine, JobGraph graph, JobMetrics metrics) {
    if (settings.checkpoints().isEmpty()) {
      return engine.submit(graph, metrics);
    }
    String directory = settings.checkpoints().get().directory();
    CheckpointSettings checkpoints =
        CheckpointSettings.in(CheckpointDirectory.storage(directory))
            .restoring(settings.restore().orElse("none"));
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      return engine.submit(graph, metrics, loader, checkpoints);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the checkpoints in " + directory + " cannot be used: " + e.getMessage(), e);
    }
  }

  private Optional<ProgressLine> progress() {
    return switch (settings.progress()) {
      case OFF -> Optional.empty();
      case ON -> Optional.of(ProgressLine.onStandardError());
      case AUTO ->
          ProgressLine.isTerminal()
              ? Optional.of(ProgressLine.onStandardError())
              : Optional.empty();
    };
  }
}
