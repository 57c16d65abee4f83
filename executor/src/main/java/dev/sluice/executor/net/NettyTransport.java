package dev.sluice.executor.net;

import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.Receiver;
import dev.sluice.executor.transport.Transport;

/**
 * Carries messages between processes. Within the process they are handed over by reference; to
 * others they go over one connection per pair of addresses and direction, opened on demand.
 *
 * <p>Between two addresses every message arrives once and in order, also over a lost connection
 * that comes back in time; after {@link TransportListener#unreachable} nothing sent before or later
 * arrives until {@link #place}. May be used by any thread.
 */
public final class NettyTransport implements Transport, AutoCloseable {
  /** Without addresses yet; takes part in the connections of {@code node}. */
  public NettyTransport(NetNode node, JobIntake intake, TransportListener listener) {}

  /** Lets {@code receiver} take the messages of an address of this process. */
  public void attach(Address address, Receiver receiver) {
    throw new UnsupportedOperationException("on its way");
  }

  /**
   * Says where an address is. If it was elsewhere, or unreachable, what was sent there is dropped
   * and it begins anew.
   */
  public void place(Address address, HostPort at) {}

  /** Says that an address is dead: what was to be sent there is dropped, now and in future. */
  public void remove(Address address) {}

  @Override
  public void send(Address from, Address to, Message message) {
    throw new UnsupportedOperationException("on its way");
  }

  /** Drops everything and closes the connections. */
  @Override
  public void close() {}
}
