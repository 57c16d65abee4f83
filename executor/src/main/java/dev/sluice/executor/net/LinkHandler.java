package dev.sluice.executor.net;

import java.util.concurrent.CompletableFuture;

/**
 * Takes what comes over one {@link Link}. Called by one thread at a time, in the order of sending;
 * whoever waits here makes only this link wait. What a method throws fails the request or stream
 * that it is about; from {@link #message} it closes the link.
 */
public interface LinkHandler {
  /** Takes a message. */
  void message(Link link, LinkMessage message);

  /** Answers a request, now or later. */
  default CompletableFuture<LinkMessage> request(Link link, LinkMessage message) {
    throw new UnsupportedOperationException("nothing answers " + message.getClass().getName());
  }

  /** Takes a stream of bytes. */
  default StreamReceiver stream(Link link, LinkMessage header) {
    throw new UnsupportedOperationException(
        "nothing takes a stream with " + header.getClass().getName());
  }

  /** The link has closed; the last call, exactly one. */
  void closed(Link link, String why);
}
