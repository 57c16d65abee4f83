package dev.sluice.runner.submit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.cluster.CoordinatorNode;
import dev.sluice.executor.cluster.CoordinatorSettings;
import dev.sluice.executor.cluster.ExecutorNode;
import dev.sluice.executor.cluster.ExecutorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A coordinator and executors within this JVM that talk over network connections, for tests: the
 * cluster's own code, but for the class loaders of jobs, which all see the classes of the JVM. A
 * shared one stays until the JVM ends.
 */
public final class TestCluster implements AutoCloseable {
  /** Nobody dies here; a JVM that is held up must not fail a test. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @GuardedBy("TestCluster.class")
  private static final Map<Integer, TestCluster> SHARED = new TreeMap<>();

  private final CoordinatorNode coordinator;
  private final List<ExecutorNode> executors = new ArrayList<>();

  private TestCluster(int size) throws IOException {
    ClassLoader loader = TestCluster.class.getClassLoader();
    Path staging = Files.createTempDirectory("sluice-test-cluster-");
    staging.toFile().deleteOnExit();
    coordinator =
        CoordinatorNode.start(
            CoordinatorSettings.local(staging)
                .withJobLoader(loader)
                .withTimeouts(PATIENCE, PATIENCE));
    for (int i = 0; i < size; i++) {
      ExecutorSettings settings =
          ExecutorSettings.local(coordinator.address(), staging).withSlots(1).withJobLoader(loader);
      executors.add(ExecutorNode.start(settings));
    }
    executors.forEach(executor -> executor.joined().join());
  }

  /** Starts a cluster of so many executors that all share, or returns the one that runs. */
  public static synchronized TestCluster shared(int size) {
    return SHARED.computeIfAbsent(size, TestCluster::start);
  }

  /** Starts a cluster of so many executors, which the caller closes. */
  public static TestCluster start(int size) {
    try {
      return new TestCluster(size);
    } catch (IOException e) {
      throw new IllegalStateException("no cluster can be started within this JVM", e);
    }
  }

  /** Where its coordinator listens. */
  public String address() {
    return coordinator.address();
  }

  /** Ends executors and coordinator; the threads have ended when this returns. */
  @Override
  public void close() {
    executors.forEach(ExecutorNode::close);
    coordinator.close();
  }
}
