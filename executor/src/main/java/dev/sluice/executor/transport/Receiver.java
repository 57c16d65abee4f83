package dev.sluice.executor.transport;

/** Takes the messages of one address. */
@FunctionalInterface
public interface Receiver {
  /** Takes a message; called by any thread, must be quick, must not throw. */
  void receive(Message message);
}
