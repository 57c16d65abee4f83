package dev.sluice.executor.net;

import dev.sluice.executor.transport.control.Control;

/**
 * Takes what comes over one {@link Link}. Called by one thread at a time, in the order of sending;
 * who waits here makes only this link wait, and in the end its sender.
 */
public interface LinkHandler {
  /** Takes a message. Throwing closes the link. */
  void message(Link link, Control message);

  /** The link has closed; the last call, exactly one. */
  void closed(Link link, String why);
}
