package dev.sluice.executor.cluster;

import dev.sluice.executor.transport.control.StagedFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The class loaders of the jobs of one process. May be used by any thread. */
final class JobLoaders implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobLoaders.class);

  private final StagingArea staging;

  /** In place of every job's class path, or null; for clusters within one JVM. */
  private final ClassLoader fixed;

  private final Map<String, ClassLoader> loaders = new ConcurrentHashMap<>();

  JobLoaders(StagingArea staging, ClassLoader fixed) {
    this.staging = staging;
    this.fixed = fixed;
  }

  /** Makes the class loader of a job whose files are all here, or returns the one there is. */
  ClassLoader open(String jobId, List<StagedFile> classPath) {
    return loaders.computeIfAbsent(
        jobId,
        id ->
            fixed != null
                ? fixed
                : new JobClassLoader(id, classPath.stream().map(staging::path).toList()));
  }

  /** The class loader of a job; that of this process for no job; null if the job is not here. */
  ClassLoader of(String jobId) {
    return jobId.isEmpty() ? JobLoaders.class.getClassLoader() : loaders.get(jobId);
  }

  /** What a job's code has logged here since this was asked last; null for nothing. */
  JobLog.Batch takeLog(String jobId) {
    return loaders.get(jobId) instanceof JobClassLoader loader ? loader.log().take() : null;
  }

  /** Forgets a job. */
  void close(String jobId) {
    if (loaders.remove(jobId) instanceof JobClassLoader loader) {
      closeQuietly(loader);
    }
  }

  private static void closeQuietly(Closeable loader) {
    try {
      loader.close();
    } catch (IOException e) {
      LOG.warn("{} cannot be closed", loader, e);
    }
  }

  @Override
  public void close() {
    loaders.keySet().forEach(this::close);
  }
}
