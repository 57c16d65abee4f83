package dev.sluice.executor.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunQueueTest {
  /** A unit that is only ever queued. */
  private static final class Queued extends Unit {
    private final String name;

    Queued(String name, long batch, int depth) {
      super(null, depth);
      this.name = name;
      urgency(batch);
    }

    @Override
    void work() {}

    @Override
    public String toString() {
      return name;
    }
  }

  private final RunQueue queue = new RunQueue();

  private List<String> takeAll() {
    List<String> order = new ArrayList<>();
    while (queue.waiting() > 0) {
      order.add(queue.take().toString());
    }
    return order;
  }

  @Test
  void oldestBatchFirstThenDeepestStage() {
    RunQueue.JobQueue job = queue.join();
    queue.add(job, new Queued("batch 2, stage 9", 2, 9));
    queue.add(job, new Queued("batch 1, stage 0", 1, 0));
    queue.add(job, new Queued("batch 1, stage 4", 1, 4));
    queue.add(job, new Queued("batch 2, stage 3", 2, 3));
    assertThat(takeAll())
        .containsExactly(
            "batch 1, stage 4", "batch 1, stage 0", "batch 2, stage 9", "batch 2, stage 3");
    assertThat(queue.take()).isNull();
  }

  @Test
  void theJobThatHasUsedLeastComesFirst() {
    RunQueue.JobQueue greedy = queue.join();
    RunQueue.JobQueue modest = queue.join();
    queue.used(greedy, 1_000);
    queue.used(modest, 10);
    queue.add(greedy, new Queued("greedy", 0, 5));
    queue.add(modest, new Queued("modest 1", 7, 0));
    queue.add(modest, new Queued("modest 2", 8, 0));
    assertThat(queue.take()).hasToString("modest 1");
    queue.used(modest, 5_000);
    assertThat(takeAll()).containsExactly("greedy", "modest 2");
  }

  @Test
  void aNewJobStartsLevelWithTheOthers() {
    RunQueue.JobQueue old = queue.join();
    queue.used(old, 1_000_000);
    RunQueue.JobQueue young = queue.join();
    queue.used(young, 1);
    queue.add(young, new Queued("young", 0, 0));
    queue.add(old, new Queued("old", 0, 0));
    assertThat(takeAll()).containsExactly("old", "young");
  }

  @Test
  void whatIsTakenBackIsGone() {
    RunQueue.JobQueue ended = queue.join();
    RunQueue.JobQueue other = queue.join();
    queue.add(ended, new Queued("ended", 0, 0));
    queue.add(other, new Queued("other", 0, 0));
    assertThatThrownBy(() -> queue.leave(ended)).isInstanceOf(IllegalStateException.class);
    assertThat(queue.clear(ended)).hasSize(1);
    queue.leave(ended);
    assertThat(takeAll()).containsExactly("other");
  }
}
