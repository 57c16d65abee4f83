package dev.sluice.executor.net;

import dev.sluice.executor.transport.control.Control;

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
   * Sends a message; never waits. Nothing happens on a closed link. If the other end takes less
   * than is sent, so that more waits than {@link NetLimits#maxMessageBytes} allows, the link
   * closes.
   *
   * @throws IllegalArgumentException if something in it is not in {@link MessageTypes}, or it is
   *     larger than the limits allow
   */
  void send(Control message);

  /** Closes it; what was sent before is still delivered if the other end reads it. */
  void close();
}
