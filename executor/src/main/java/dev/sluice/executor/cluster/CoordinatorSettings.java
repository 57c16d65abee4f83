package dev.sluice.executor.cluster;

import dev.sluice.executor.membership.MembershipSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a coordinator is made.
 *
 * @param host the interface on which it listens: a name or address
 * @param port the port; 0 for any that is free
 * @param security what keeps strangers out
 * @param membership when executors count as dead
 * @param staging the directory for files of jobs' class paths
 * @param jobLoader in place of the class paths of jobs, for clusters within one JVM; null for none
 */
public record CoordinatorSettings(
    String host,
    int port,
    ClusterSecurity security,
    MembershipSettings membership,
    Path staging,
    ClassLoader jobLoader) {
  /** On a free port of this machine, for processes of this machine. */
  public static CoordinatorSettings local(Path staging) {
    return new CoordinatorSettings(
        "127.0.0.1", 0, ClusterSecurity.NONE, MembershipSettings.DEFAULT, staging, null);
  }

  /** The same with another class loader of all jobs. */
  public CoordinatorSettings withJobLoader(ClassLoader other) {
    return new CoordinatorSettings(host, port, security, membership, staging, other);
  }

  /** The same with executors that count as dead after other times of silence, or unconnected. */
  public CoordinatorSettings withTimeouts(Duration heartbeat, Duration reconnect) {
    MembershipSettings other = new MembershipSettings(heartbeat, reconnect);
    return new CoordinatorSettings(host, port, security, other, staging, jobLoader);
  }

  /** The same with other guards. */
  public CoordinatorSettings withSecurity(ClusterSecurity other) {
    return new CoordinatorSettings(host, port, other, membership, staging, jobLoader);
  }

  /** The same listening elsewhere. */
  public CoordinatorSettings listeningOn(String otherHost, int otherPort) {
    return new CoordinatorSettings(otherHost, otherPort, security, membership, staging, jobLoader);
  }
}
