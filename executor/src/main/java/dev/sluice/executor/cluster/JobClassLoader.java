package dev.sluice.executor.cluster;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;

/**
 * The classes of one job: its staged class path, and of this process only the JDK, the logging
 * interface and the engine. So jobs see neither each other nor the libraries of this process, and a
 * job brings its own Beam.
 */
final class JobClassLoader extends URLClassLoader {
  /** What both sides must agree on: the engine's SPI, and where log lines go. */
  private static final List<String> SHARED = List.of("org.slf4j.", "dev.sluice.executor.");

  static {
    registerAsParallelCapable();
  }

  private final JobLog log = new JobLog();
  private final ClassLoader process;

  /** The class loader of a job with these files. */
  JobClassLoader(String jobId, List<Path> classPath) {
    super("job " + jobId, urls(classPath), ClassLoader.getPlatformClassLoader());
    this.process = JobClassLoader.class.getClassLoader();
  }

  private static URL[] urls(List<Path> classPath) {
    URL[] urls = new URL[classPath.size()];
    for (int i = 0; i < urls.length; i++) {
      try {
        urls[i] = classPath.get(i).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException("not a file: " + classPath.get(i), e);
      }
    }
    return urls;
  }

  /** What the job's code logs in this process. */
  JobLog log() {
    return log;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return isShared(name) ? process.loadClass(name) : super.loadClass(name, resolve);
  }

  @Override
  public URL getResource(String name) {
    return isShared(name.replace('/', '.')) ? process.getResource(name) : super.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return isShared(name.replace('/', '.')) ? process.getResources(name) : super.getResources(name);
  }

  private static boolean isShared(String name) {
    for (String prefix : SHARED) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
