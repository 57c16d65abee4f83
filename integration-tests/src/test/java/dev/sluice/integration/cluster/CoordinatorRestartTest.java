package dev.sluice.integration.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.executor.cluster.CoordinatorNode;
import dev.sluice.executor.cluster.CoordinatorSettings;
import dev.sluice.executor.cluster.ExecutorNode;
import dev.sluice.executor.cluster.ExecutorSettings;
import dev.sluice.executor.net.HostPort;
import dev.sluice.executor.transport.control.Reply.ExecutorStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that goes away, and another one in its place. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CoordinatorRestartTest {
  @TempDir private Path staging;

  private CoordinatorNode coordinator(int port) throws Exception {
    return CoordinatorNode.start(
        CoordinatorSettings.local(staging)
            .listeningOn("127.0.0.1", port)
            .withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(5)));
  }

  private ExecutorNode executor(CoordinatorNode coordinator) throws Exception {
    return ExecutorNode.start(ExecutorSettings.local(coordinator.address(), staging).withSlots(1));
  }

  private static List<Integer> live(CoordinatorNode coordinator) {
    return coordinator.executors().stream()
        .filter(executor -> executor.state().equals("live"))
        .map(ExecutorStatus::executor)
        .toList();
  }

  @Test
  void executorsOfTheFormerOneJoinAsStrangers() throws Exception {
    CoordinatorNode former = coordinator(0);
    int port = HostPort.parse(former.address()).port();
    try (ExecutorNode one = executor(former);
        ExecutorNode two = executor(former)) {
      one.joined().join();
      two.joined().join();
      assertThat(List.of(one.number(), two.number())).containsExactlyInAnyOrder(0, 1);
      former.close();

      try (CoordinatorNode successor = coordinator(port);
          ExecutorNode three = executor(successor)) {
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () ->
                    assertThat(live(successor))
                        .hasSize(3)
                        .containsExactlyInAnyOrder(one.number(), two.number(), three.number()));
      }
    }
  }

  @Test
  void executorThatIsClosedHasLeft() throws Exception {
    try (CoordinatorNode coordinator = coordinator(0);
        ExecutorNode stays = executor(coordinator)) {
      stays.joined().join();
      ExecutorNode leaves = executor(coordinator);
      leaves.joined().join();
      int number = leaves.number();
      await().until(() -> live(coordinator).size() == 2);

      leaves.close();

      await().until(() -> live(coordinator).equals(List.of(stays.number())));
      assertThat(coordinator.executors())
          .filteredOn(executor -> executor.executor() == number)
          .extracting(ExecutorStatus::reason)
          .containsExactly("it was stopped");
    }
  }
}
