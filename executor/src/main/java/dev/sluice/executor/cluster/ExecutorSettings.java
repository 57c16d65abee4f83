package dev.sluice.executor.cluster;

import java.nio.file.Path;

/**
 * How an executor is made.
 *
 * @param coordinator where the coordinator listens, as {@code host:port}
 * @param host the interface on which it listens
 * @param port the port; 0 for any that is free
 * @param advertisedHost under which name or address the others reach it
 * @param slots how many tasks compute at a time
 * @param maxSlots how many threads there may be when some merely wait
 * @param security what keeps strangers out
 * @param staging the directory for files of jobs' class paths
 * @param spillDirectory in which it makes a directory of its own, when blocks do not fit into
 *     memory
 * @param jobLoader in place of the class paths of jobs, for clusters within one JVM; null for none
 */
public record ExecutorSettings(
    String coordinator,
    String host,
    int port,
    String advertisedHost,
    int slots,
    int maxSlots,
    ClusterSecurity security,
    Path staging,
    Path spillDirectory,
    ClassLoader jobLoader) {
  private static final int MAX_SLOTS = 256;

  /** Checks. */
  public ExecutorSettings {
    if (slots < 1 || maxSlots < slots) {
      throw new IllegalArgumentException(
          "an executor needs slots: " + slots + ", at most " + maxSlots);
    }
  }

  /** On a free port of this machine, with a slot per core. */
  public static ExecutorSettings local(String coordinator, Path staging) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new ExecutorSettings(
        coordinator,
        "127.0.0.1",
        0,
        "127.0.0.1",
        cores,
        Math.max(MAX_SLOTS, cores),
        ClusterSecurity.NONE,
        staging,
        Path.of(System.getProperty("java.io.tmpdir")),
        null);
  }

  /** The same with other slots. */
  public ExecutorSettings withSlots(int other) {
    return new ExecutorSettings(
        coordinator,
        host,
        port,
        advertisedHost,
        other,
        Math.max(MAX_SLOTS, other),
        security,
        staging,
        spillDirectory,
        jobLoader);
  }

  /** The same with another class loader of all jobs. */
  public ExecutorSettings withJobLoader(ClassLoader other) {
    return new ExecutorSettings(
        coordinator,
        host,
        port,
        advertisedHost,
        slots,
        maxSlots,
        security,
        staging,
        spillDirectory,
        other);
  }

  /** The same with other guards. */
  public ExecutorSettings withSecurity(ClusterSecurity other) {
    return new ExecutorSettings(
        coordinator,
        host,
        port,
        advertisedHost,
        slots,
        maxSlots,
        other,
        staging,
        spillDirectory,
        jobLoader);
  }

  /** The same with another directory to spill to. */
  public ExecutorSettings withSpillDirectory(Path other) {
    return new ExecutorSettings(
        coordinator,
        host,
        port,
        advertisedHost,
        slots,
        maxSlots,
        security,
        staging,
        other,
        jobLoader);
  }

  /** The same listening elsewhere. */
  public ExecutorSettings listeningOn(String otherHost, int otherPort, String advertised) {
    return new ExecutorSettings(
        coordinator,
        otherHost,
        otherPort,
        advertised,
        slots,
        maxSlots,
        security,
        staging,
        spillDirectory,
        jobLoader);
  }
}
