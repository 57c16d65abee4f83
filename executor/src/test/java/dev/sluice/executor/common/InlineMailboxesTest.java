package dev.sluice.executor.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InlineMailboxesTest {
  private record Posted(int thread, int number) {}

  @Test
  @Timeout(30)
  void handlesOneAtATimeAndKeepsTheOrderOfEachThread() throws Exception {
    List<Posted> handled = new ArrayList<>(); // not thread-safe on purpose: the mailbox is
    Mailbox<Posted> mailbox = new InlineMailboxes().create("test", handled::add);
    int threads = 4;
    int count = 50_000;
    CyclicBarrier begin = new CyclicBarrier(threads);
    List<Thread> posting = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int number = t;
      Thread thread =
          new Thread(
              () -> {
                try {
                  begin.await();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                for (int i = 0; i < count; i++) {
                  mailbox.post(new Posted(number, i));
                }
              });
      posting.add(thread);
      thread.start();
    }
    for (Thread thread : posting) {
      thread.join();
    }

    assertThat(handled).hasSize(threads * count);
    Map<Integer, Integer> next = new HashMap<>();
    for (Posted posted : handled) {
      assertThat(posted.number()).isEqualTo(next.getOrDefault(posted.thread(), 0));
      next.put(posted.thread(), posted.number() + 1);
    }
  }

  @Test
  void whatIsPostedFromWithinComesAfterwards() {
    List<String> order = new ArrayList<>();
    List<Mailbox<String>> self = new ArrayList<>();
    self.add(
        new InlineMailboxes()
            .create(
                "test",
                event -> {
                  order.add(event + " begins");
                  if (event.equals("first")) {
                    self.get(0).post("second");
                  }
                  order.add(event + " ends");
                }));
    self.get(0).post("first");
    assertThat(order).containsExactly("first begins", "first ends", "second begins", "second ends");
  }

  @Test
  void goesOnAfterAHandlerThatThrows() {
    List<Integer> handled = new ArrayList<>();
    Mailbox<Integer> mailbox =
        new InlineMailboxes()
            .create(
                "test",
                event -> {
                  if (event == 1) {
                    throw new IllegalStateException("one");
                  }
                  handled.add(event);
                });
    mailbox.post(1);
    mailbox.post(2);
    assertThat(handled).containsExactly(2);
  }
}
