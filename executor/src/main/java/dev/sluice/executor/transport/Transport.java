package dev.sluice.executor.transport;

/**
 * Carries messages, injected (DESIGN C9). What one address sends another arrives once and in order;
 * nothing is promised about messages between different pairs. May be used by any thread.
 */
public interface Transport {
  /** Sends a message; never waits for the receiver, never throws. */
  void send(Address from, Address to, Message message);
}
