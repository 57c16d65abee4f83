package dev.sluice.executor.common;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mailboxes without threads of their own: whoever posts into an idle mailbox handles the event at
 * once, and whatever others post meanwhile. So a chain of events needs no hand-over between
 * threads.
 */
public final class InlineMailboxes implements Mailboxes {
  private static final Logger LOG = LoggerFactory.getLogger(InlineMailboxes.class);

  @Override
  public <E> Mailbox<E> create(String owner, Consumer<E> handler) {
    return new InlineMailbox<>(owner, handler);
  }

  private static final class InlineMailbox<E> implements Mailbox<E> {
    private final String owner;
    private final Consumer<E> handler;
    private final ConcurrentLinkedQueue<E> events = new ConcurrentLinkedQueue<>();

    /**
     * How many events are posted and not handled; who raises it from 0 owns the state machine until
     * it is 0 again.
     */
    private final AtomicInteger unhandled = new AtomicInteger();

    InlineMailbox(String owner, Consumer<E> handler) {
      this.owner = owner;
      this.handler = handler;
    }

    @Override
    public void post(E event) {
      // an event of this thread may still be queued although it is not counted any more: it comes
      // first
      if (events.isEmpty() && unhandled.compareAndSet(0, 1)) {
        handle(event);
        if (unhandled.decrementAndGet() != 0) {
          drain();
        }
        return;
      }
      events.add(event);
      if (unhandled.getAndIncrement() == 0) {
        drain();
      }
    }

    private void drain() {
      do {
        handle(events.remove()); // an event is queued before it is counted
      } while (unhandled.decrementAndGet() != 0);
    }

    private void handle(E event) {
      try {
        handler.accept(event);
      } catch (Throwable e) {
        LOG.error("{}: cannot handle {}", owner, event, e);
      }
    }
  }
}
