package dev.sluice.executor.cluster;

import dev.sluice.executor.api.JobSurroundings;
import dev.sluice.executor.transport.control.Preparation.PrepareJob;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Request;
import dev.sluice.executor.transport.control.StagedFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an executor ready for jobs: fetches files that it does not have, makes class loaders,
 * enters the surroundings that jobs expect. Takes as long as it takes; used by several threads,
 * each job's preparation by one at a time.
 */
final class JobPreparation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobPreparation.class);
  private static final long PIECE_PATIENCE_SECONDS = 60;

  private final StagingArea staging;
  private final JobLoaders loaders;
  private final ExecutorCheckpoints checkpoints;
  private final Supplier<Calls> coordinator;
  private final Map<String, AutoCloseable> surroundings = new ConcurrentHashMap<>();

  /** One file at a time: a job's preparations share what they fetch. */
  private final Object fetching = new Object();

  JobPreparation(
      StagingArea staging,
      JobLoaders loaders,
      ExecutorCheckpoints checkpoints,
      Supplier<Calls> coordinator) {
    this.staging = staging;
    this.loaders = loaders;
    this.checkpoints = checkpoints;
    this.coordinator = coordinator;
  }

  /**
   * Prepares for a job; does nothing if that has been done.
   *
   * @throws Exception if the job cannot run here
   */
  void prepare(PrepareJob job) throws Exception {
    if (surroundings.containsKey(job.job())) {
      return;
    }
    for (StagedFile file : staging.missing(job.classPath())) {
      fetch(file);
    }
    ClassLoader loader = loaders.open(job.job(), job.classPath());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      surroundings.put(
          job.job(), JobBytes.read(job.surroundings(), JobSurroundings.class, loader).enter());
      checkpoints.open(job.job(), job.checkpoints(), loader);
    } catch (Throwable e) { // user code: its errors are the job's
      forget(job.job());
      throw e;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private void fetch(StagedFile file) throws IOException, InterruptedException {
    synchronized (fetching) {
      if (staging.missing(List.of(file)).isEmpty()) {
        return;
      }
      long offset = 0;
      do {
        byte[] piece = piece(file, offset);
        if (piece.length == 0 && offset < file.size()) {
          throw new IOException(file.name() + " at the coordinator is shorter than it was");
        }
        staging.append(this, file, offset, piece);
        offset += piece.length;
      } while (offset < file.size());
    }
  }

  private byte[] piece(StagedFile file, long offset) throws IOException, InterruptedException {
    Calls calls = coordinator.get();
    if (calls == null) {
      throw new ClusterException("there is no connection to the coordinator");
    }
    try {
      Reply reply =
          calls
              .ask(id -> new Request.Download(id, file, offset))
              .get(PIECE_PATIENCE_SECONDS, TimeUnit.SECONDS);
      return ((Reply.Piece) reply).bytes();
    } catch (ExecutionException e) {
      throw new ClusterException(file.name() + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new ClusterException("the coordinator does not send " + file.name(), e);
    }
  }

  /** A job has ended: closes what it had here. */
  void forget(String jobId) {
    AutoCloseable entered = surroundings.remove(jobId);
    if (entered != null) {
      try {
        entered.close();
      } catch (Exception e) {
        LOG.warn("the surroundings of {} could not be closed", jobId, e);
      }
    }
    checkpoints.close(jobId);
    loaders.close(jobId);
  }

  /** The jobs that are here. */
  Iterable<String> jobs() {
    return surroundings.keySet();
  }

  @Override
  public void close() {
    surroundings.keySet().forEach(this::forget);
    staging.forget(this);
  }
}
