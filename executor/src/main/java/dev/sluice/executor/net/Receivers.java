package dev.sluice.executor.net;

import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.Receiver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who takes the messages of the addresses of this process. May be used by any thread. */
final class Receivers {
  private final Map<Address, Receiver> receivers = new ConcurrentHashMap<>();

  void attach(Address address, Receiver receiver) {
    if (receivers.putIfAbsent(address, receiver) != null) {
      throw new IllegalStateException(address + " is attached already");
    }
  }

  void detach(Address address) {
    receivers.remove(address);
  }

  boolean has(Address address) {
    return receivers.containsKey(address);
  }

  /** Hands a message over; returns false if the address is not here. */
  boolean hand(Address to, Message message) {
    Receiver receiver = receivers.get(to);
    if (receiver == null) {
      return false;
    }
    receiver.receive(message);
    return true;
  }
}
