package dev.sluice.executor.net;

import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.Receiver;
import dev.sluice.executor.transport.Transport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Carries messages between processes. Within the process they are handed over by reference; to
 * others they go over one connection per pair of addresses and direction, opened on demand.
 *
 * <p>Between two addresses every message arrives once and in order, also over a lost connection
 * that comes back in time; after {@link TransportListener#unreachable} nothing sent before or later
 * arrives until {@link #place}. May be used by any thread.
 */
public final class NettyTransport implements Transport, AutoCloseable {
  private record Pair(Address from, Address to) {}

  private final NetNode node;
  private final TransportListener listener;
  private final long process = new SecureRandom().nextLong();
  private final Receivers receivers = new Receivers();
  private final Incoming incoming;
  private final int patienceMillis;

  // guarded by this

  private final Map<Pair, OutgoingLane> lanes = new HashMap<>();
  private final Map<Address, HostPort> places = new HashMap<>();

  /** To where nothing goes until they are placed. */
  private final Set<Address> unreachable = new HashSet<>();

  /** Of the last lane. */
  private int generation;

  private boolean closed;

  /**
   * Without addresses yet; takes part in the connections of {@code node}.
   *
   * @param patience how long a lost connection may take to come back; afterwards the address at its
   *     other end is unreachable
   */
  public NettyTransport(
      NetNode node, JobIntake intake, TransportListener listener, Duration patience) {
    this.node = node;
    this.listener = listener;
    this.patienceMillis = (int) Math.min(Integer.MAX_VALUE, patience.toMillis());
    this.incoming = new Incoming(node, process, receivers, intake, listener);
    node.acceptLanes(hello -> new IncomingConnection(node, incoming));
  }

  /** Lets {@code receiver} take the messages of an address of this process. */
  public void attach(Address address, Receiver receiver) {
    receivers.attach(address, receiver);
  }

  /** Undoes {@link #attach}: messages for the address are thrown away. */
  public void detach(Address address) {
    receivers.detach(address);
  }

  /**
   * Says where an address is. If it was elsewhere, or unreachable, what was sent there is dropped
   * and it begins anew. Nothing happens if it is there already.
   */
  public synchronized void place(Address address, HostPort at) {
    HostPort before = places.put(address, at);
    boolean wasUnreachable = unreachable.remove(address);
    if (wasUnreachable || (before != null && !before.equals(at))) {
      drop(address, "it begins anew");
    }
    lanes.forEach(
        (pair, lane) -> {
          if (pair.to.equals(address)) {
            lane.place(at);
          }
        });
  }

  /** Says that an address is dead: what was to be sent there is dropped, now and in future. */
  public synchronized void remove(Address address) {
    places.remove(address);
    unreachable.add(address);
    drop(address, "it is dead");
    incoming.remove(address);
  }

  private void drop(Address to, String why) {
    lanes
        .entrySet()
        .removeIf(
            lane -> {
              boolean its = lane.getKey().to.equals(to);
              if (its) {
                lane.getValue().close(why);
              }
              return its;
            });
  }

  @Override
  public void send(Address from, Address to, Message message) {
    if (!receivers.hand(to, message)) {
      lane(from, to).send(message);
    }
  }

  private synchronized OutgoingLane lane(Address from, Address to) {
    return lanes.computeIfAbsent(
        new Pair(from, to),
        pair -> {
          int mine = ++generation;
          LaneSettings settings = new LaneSettings(process, mine, from, to);
          OutgoingLane lane = new OutgoingLane(node, settings, heard(pair, mine), patienceMillis);
          if (closed || unreachable.contains(to)) {
            lane.close("it is not to be reached");
          } else if (places.containsKey(to)) {
            lane.place(places.get(to));
          }
          return lane;
        });
  }

  /** The listener, and what follows here. */
  private TransportListener heard(Pair pair, int which) {
    return new TransportListener() {
      @Override
      public void unreachable(Address to, String why) {
        if (lost(pair, which)) {
          listener.unreachable(to, why);
        }
      }

      @Override
      public void unsendable(Address to, Message message, Throwable why) {
        listener.unsendable(to, message, why);
      }

      @Override
      public void unreadable(Address from, Address to, String jobId, Throwable why) {
        listener.unreadable(from, to, jobId, why);
      }
    };
  }

  /**
   * One lane to an address is gone, and so are the others, so that what is missing is missing for
   * all. Returns false if it has begun anew already.
   */
  private synchronized boolean lost(Pair of, int which) {
    OutgoingLane gone = lanes.get(of);
    if (gone == null || gone.generation() != which || !unreachable.add(of.to)) {
      return false;
    }
    lanes.forEach(
        (pair, lane) -> {
          if (pair.to.equals(of.to)) {
            lane.close("it cannot be reached");
          }
        });
    return true;
  }

  /** Drops everything and closes the connections. */
  @Override
  public synchronized void close() {
    closed = true;
    lanes.values().forEach(lane -> lane.close("this process ends"));
    incoming.close();
  }
}
