package dev.sluice.executor.net;

import dev.sluice.executor.transport.Address;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All lanes that end in this process. May be used by any thread. */
final class Incoming {
  private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

  private record Key(long process, Address from, Address to) {}

  private final NetNode node;
  private final long process;
  private final Receivers receivers;
  private final JobIntake intake;
  private final TransportListener listener;
  private final Map<Key, IncomingLane> lanes = new HashMap<>();
  private final Set<Address> removed = new HashSet<>();

  Incoming(
      NetNode node,
      long process,
      Receivers receivers,
      JobIntake intake,
      TransportListener listener) {
    this.node = node;
    this.process = process;
    this.receivers = receivers;
    this.intake = intake;
    this.listener = listener;
  }

  /** Of this process. */
  long process() {
    return process;
  }

  Receivers receivers() {
    return receivers;
  }

  JobIntake intake() {
    return intake;
  }

  /**
   * The lane that a connection is for, which begins with the first connection; null if it does not
   * end here.
   */
  synchronized IncomingLane find(LaneFormat.Open open) {
    if (!receivers.has(open.to()) || removed.contains(open.from())) {
      return null;
    }
    Key key = new Key(open.process(), open.from(), open.to());
    IncomingLane there = lanes.get(key);
    if (there != null && there.generation() > open.generation()) {
      throw new MalformedException("a connection of a lane that has begun anew");
    }
    if (there == null || there.generation() < open.generation()) {
      if (there != null) {
        there.post(there::end);
      }
      there =
          new IncomingLane(
              node, new LaneSettings(open.process(), open.generation(), open.from(), open.to()));
      lanes.put(key, there);
    }
    return there;
  }

  /** An address is dead: nothing of it is taken any more. */
  synchronized void remove(Address from) {
    if (!from.equals(Address.COORDINATOR)) {
      removed.add(from);
    }
    lanes
        .values()
        .removeIf(
            lane -> {
              boolean its = lane.from().equals(from);
              if (its) {
                lane.post(lane::end);
              }
              return its;
            });
  }

  synchronized void close() {
    lanes.values().forEach(lane -> lane.post(lane::end));
    lanes.clear();
  }

  void unreadable(IncomingLane lane, String jobId, Exception why) {
    LOG.warn("cannot read a message of job {} from {}", jobId, lane.from(), why);
    listener.unreadable(lane.from(), lane.to(), jobId, why);
  }
}
