package dev.sluice.executor.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Messages within one process: handed to the receiver at once, by reference. */
public final class InMemoryTransport implements Transport {
  private final Map<Address, Receiver> receivers = new ConcurrentHashMap<>();

  /** Lets {@code receiver} take the messages of an address. */
  public void attach(Address address, Receiver receiver) {
    if (receivers.putIfAbsent(address, receiver) != null) {
      throw new IllegalStateException(address + " is attached already");
    }
  }

  @Override
  public void send(Address from, Address to, Message message) {
    Receiver receiver = receivers.get(to);
    if (receiver == null) {
      throw new IllegalStateException(from + " sends to " + to + ", which is not attached");
    }
    receiver.receive(message);
  }
}
