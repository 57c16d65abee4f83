package dev.sluice.executor.cluster;

import dev.sluice.executor.net.Link;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Request;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Requests over one link and the replies to them. May be used by any thread. */
final class Calls {
  private final Link link;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, CompletableFuture<Reply>> open = new ConcurrentHashMap<>();
  private volatile String closed;

  Calls(Link link) {
    this.link = link;
  }

  /**
   * Asks. The future completes with the reply, or with a {@link ClusterException} if it is refused
   * or the link closes first; on a thread of the link, where nobody must wait.
   */
  CompletableFuture<Reply> ask(LongFunction<Request> request) {
    long id = ids.incrementAndGet();
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    open.put(id, reply);
    try {
      link.send(request.apply(id));
    } catch (IllegalArgumentException e) {
      open.remove(id);
      reply.completeExceptionally(new ClusterException("cannot be sent: " + e.getMessage(), e));
    }
    if (closed != null) {
      fail(id, closed);
    }
    return reply;
  }

  /** Takes a reply from the link. */
  void replied(Reply reply) {
    CompletableFuture<Reply> call = open.remove(reply.id());
    if (call == null) {
      return;
    }
    if (reply instanceof Reply.Refused refused) {
      call.completeExceptionally(ClusterException.refused(refused.reason()));
    } else {
      call.complete(reply);
    }
  }

  /** The link has closed. */
  void closed(String why) {
    closed = why;
    open.keySet().forEach(id -> fail(id, why));
  }

  private void fail(long id, String why) {
    CompletableFuture<Reply> call = open.remove(id);
    if (call != null) {
      call.completeExceptionally(
          new ClusterException("the connection to " + link.remote() + " was closed: " + why));
    }
  }
}
