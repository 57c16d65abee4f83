package dev.sluice.executor.net;

import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages from one address to another, on the side that receives. It outlives its connections:
 * what has come over one is not taken again over the next. Everything is done by one worker.
 */
final class IncomingLane {
  private static final Logger LOG = LoggerFactory.getLogger(IncomingLane.class);

  private final LaneSettings lane;
  private final SerialExecutor worker;

  /** The number of the last message that has come whole. */
  private long last;

  /** Number of the connection that counts; what still comes over an older one does not. */
  private int newest;

  private IncomingConnection current;

  IncomingLane(NetNode node, LaneSettings lane) {
    this.lane = lane;
    this.worker = new SerialExecutor(node.pool());
  }

  int generation() {
    return lane.generation();
  }

  Address to() {
    return lane.to();
  }

  Address from() {
    return lane.from();
  }

  /** Has the worker do something. Any thread. */
  void post(Runnable task) {
    worker.execute(task);
  }

  // the worker

  /** A connection begins; returns whether it is the newest. */
  boolean begin(IncomingConnection connection, int number) {
    if (number <= newest) {
      return false;
    }
    newest = number;
    IncomingConnection former = current;
    current = connection;
    if (former != null) {
      former.replaced();
    }
    return true;
  }

  boolean isCurrent(IncomingConnection connection) {
    return connection == current;
  }

  long last() {
    return last;
  }

  /** The next message begins, or is skipped. */
  void checkNext(long number) {
    if (number != last + 1) {
      throw new MalformedException("message " + number + " of " + lane + " after " + last);
    }
  }

  void came(long number) {
    last = number;
  }

  void end() {
    if (current != null) {
      current.replaced();
      current = null;
    }
    newest = Integer.MAX_VALUE;
  }

  /** Hands a message over; returns false if its address is not here any more. */
  boolean hand(Receivers receivers, Message message) {
    try {
      return receivers.hand(lane.to(), message);
    } catch (RuntimeException | Error e) {
      LOG.error("{}: cannot take {}", lane, message, e);
      return true;
    }
  }
}
