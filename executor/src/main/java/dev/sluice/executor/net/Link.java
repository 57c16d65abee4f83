package dev.sluice.executor.net;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/**
 * A connection whose both ends have shown that they belong to the cluster. Messages arrive once and
 * in order while it lives; after it has closed nothing more arrives and nothing more is sent. May
 * be used by any thread.
 */
public interface Link {
  /** Who is at the other end. */
  Peer peer();

  /** The address of the other end, for people. */
  String remote();

  /** Whether messages may still arrive. */
  boolean isOpen();

  /**
   * Sends a message; never waits. Nothing happens on a closed link.
   *
   * @throws IllegalArgumentException if it, or something in it, is in no table of {@link
   *     MessageTypes}, or is larger than the limits allow
   */
  void send(LinkMessage message);

  /**
   * Sends a request. The future completes with the answer; exceptionally with {@link
   * RequestFailedException} if the other end threw, or {@link IOException} if the link closes
   * first. It is completed by a thread of the link: whoever goes on from it must not wait there.
   */
  CompletableFuture<LinkMessage> request(LinkMessage message);

  /**
   * Begins to send bytes, announced by {@code header}. Writing waits while the receiver is behind;
   * so this is not for threads of a link. {@link OutputStream#close} returns when the receiver has
   * taken everything.
   *
   * @throws IOException also from the stream: if the link closes or the receiver refuses; its
   *     message says why
   */
  OutputStream openStream(LinkMessage header) throws IOException;

  /** Closes it; what was sent before is still delivered if the other end reads it. */
  void close();
}
