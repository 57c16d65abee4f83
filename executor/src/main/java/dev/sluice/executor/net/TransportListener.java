package dev.sluice.executor.net;

import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;

/** Hears what goes wrong between processes. Called by any thread; must be quick. */
public interface TransportListener {
  /**
   * A connection was lost and did not come back in time, or was refused. What was to be sent to
   * {@code to} is dropped, and everything sent from now on, until {@link NettyTransport#place}.
   */
  void unreachable(Address to, String why);

  /**
   * A message could not be sent, as its blocks could not be read from the disk or something in it
   * cannot be serialized. Those after it are sent.
   */
  void unsendable(Address to, Message message, Throwable why);

  /**
   * A message came that cannot be read here, as a class is missing in the class loader of its job.
   * Those after it are received.
   */
  void unreadable(Address from, Address to, String jobId, Throwable why);
}
