package dev.sluice.executor.cluster;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobProgram;
import dev.sluice.executor.coordinator.Coordinator;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.node.CheckpointSettings;
import dev.sluice.executor.node.JobCheckpoints;
import dev.sluice.executor.transport.control.Preparation.CheckpointsOfJob;
import dev.sluice.executor.transport.control.Preparation.PrepareJob;
import dev.sluice.executor.transport.control.Request.Submit;
import dev.sluice.executor.transport.control.StagedFile;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Reads submitted jobs in their class loaders and finds out where they begin. Takes as long as it
 * takes: user classes are loaded, checkpoints are read. May be used by several threads.
 */
final class JobLoading {
  private final StagingArea staging;
  private final JobLoaders loaders;
  private final JobCheckpoints checkpoints;

  JobLoading(StagingArea staging, JobLoaders loaders, JobCheckpoints checkpoints) {
    this.staging = staging;
    this.loaders = loaders;
    this.checkpoints = checkpoints;
  }

  /**
   * Loads a job.
   *
   * @throws ClusterException if it cannot be run; nothing of it is left then
   */
  LoadedJob load(String jobId, Submit submit) throws ClusterException {
    List<StagedFile> missing = staging.missing(submit.classPath());
    if (!missing.isEmpty()) {
      throw new ClusterException(
          "the class path is not staged: " + missing.get(0).name() + " is missing");
    }
    ClassLoader loader = loaders.open(jobId, submit.classPath());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return load(jobId, submit, loader);
    } catch (Throwable e) { // user code: its errors are the job's
      checkpoints.remove(jobId);
      loaders.close(jobId);
      throw e instanceof ClusterException refused
          ? refused
          : new ClusterException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private LoadedJob load(String jobId, Submit submit, ClassLoader loader) throws Exception {
    JobProgram program = JobBytes.read(submit.program(), JobProgram.class, loader);
    Coordinator.check(program.graph(), program.checkpoints() != null);
    AutoCloseable surroundings = program.surroundings().enter();
    try {
      JobStart start = JobStart.anew(jobId);
      JobGraph graph = program.graph();
      CheckpointsOfJob reached = CheckpointsOfJob.NONE;
      if (program.checkpoints() != null) {
        String incarnation = UUID.randomUUID().toString();
        CheckpointSettings settings =
            new CheckpointSettings(
                program.checkpoints().open(), program.restore(), program.fingerprint());
        start = checkpoints.begin(jobId, graph, settings, incarnation);
        graph = checkpoints.graph(jobId);
        reached =
            new CheckpointsOfJob(
                JobBytes.write(program.checkpoints()),
                checkpoints.restoredFrom(jobId),
                incarnation,
                program.fingerprint());
      }
      PrepareJob preparation =
          new PrepareJob(
              jobId, submit.classPath(), JobBytes.write(program.surroundings()), reached);
      return new LoadedJob(graph, start, program.summary().create(), surroundings, preparation);
    } catch (IOException | RuntimeException | Error e) {
      surroundings.close();
      throw e;
    }
  }
}
