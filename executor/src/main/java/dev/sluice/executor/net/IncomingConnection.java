package dev.sluice.executor.net;

import dev.sluice.executor.block.Block;
import dev.sluice.executor.net.LaneFormat.Head;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The receiving end of one connection of a lane. Frames are counted in the event loop, so that
 * nobody sends more than the window allows, and taken by the worker of the lane.
 */
final class IncomingConnection extends Endpoint {
  /** Small messages that have come and are not handed over; from here on nothing more is read. */
  private static final int ENOUGH = 4096;

  /** So long an acknowledgement may wait for others to go with it. */
  private static final int ACK_MILLIS = 2;

  private final NetNode node;
  private final Incoming lanes;

  private IncomingLane lane;

  // the event loop, and the worker where atomic

  private boolean inHead;
  private long arrivedWeight;
  private final AtomicLong takenWeight = new AtomicLong();
  private final AtomicInteger pending = new AtomicInteger();

  // the worker

  private IncomingMessage message;
  private long ackedWeight;
  private boolean ackPlanned;

  IncomingConnection(NetNode node, Incoming lanes) {
    this.node = node;
    this.lanes = lanes;
  }

  @Override
  void opened() {}

  @Override
  void arrived(Frame frame) {
    if (lane == null) {
      begin(frame);
      return;
    }
    int weight = weightOf(frame);
    arrivedWeight += weight;
    NetLimits limits = node.settings().limits();
    if (weight > 0
        && arrivedWeight - takenWeight.get()
            > (long) limits.windowBytes() + limits.maxFrameBytes()) {
      throw new MalformedException("more bytes of blocks than the window allows");
    }
    if (pending.incrementAndGet() > ENOUGH) {
      channel().config().setAutoRead(false);
      if (pending.get() <= ENOUGH / 2) { // all has been taken in between
        channel().config().setAutoRead(true);
      }
    }
    lane.post(() -> take(frame, weight));
  }

  /** As the sender counts it: all of a message but a head of one frame. */
  private int weightOf(Frame frame) {
    if (frame.type() == FrameType.PIECE) {
      return frame.weight();
    }
    if (frame.type() != FrameType.HEAD) {
      inHead = false;
      return 0;
    }
    boolean cut = inHead || frame.more();
    inHead = frame.more();
    return cut ? frame.weight() : 0;
  }

  private void begin(Frame frame) {
    if (frame.type() != FrameType.LANE_OPEN) {
      throw new MalformedException("a frame " + frame.type() + " before the lane is opened");
    }
    LaneFormat.Open open = LaneFormat.Open.parse(frame.body());
    if (!addressOf(peer()).equals(open.from())) {
      throw new MalformedException("messages of " + open.from() + " from " + peer());
    }
    IncomingLane found = lanes.find(open);
    if (found == null) {
      send(FrameType.LANE_STATE, new LaneFormat.State(false, lanes.process(), 0).toBytes());
      closeAfterWrites();
      return;
    }
    lane = found;
    found.post(
        () -> {
          if (found.begin(this, open.connection())) {
            send(
                FrameType.LANE_STATE,
                new LaneFormat.State(true, lanes.process(), found.last()).toBytes());
          } else {
            closeAfterWrites();
          }
        });
  }

  private static Address addressOf(Peer peer) {
    return switch (peer.kind()) {
      case COORDINATOR -> Address.COORDINATOR;
      case EXECUTOR -> new Address(peer.executor());
      case CANDIDATE, CLIENT -> throw new MalformedException(peer + " has no address");
    };
  }

  private void send(FrameType type, byte[] body) {
    var unused = channel().writeAndFlush(frame(type, false, false, List.of(ByteBuffer.wrap(body))));
  }

  @Override
  void closed(String reason) {
    if (lane != null) {
      lane.post(this::drop);
    }
  }

  // the worker

  /** Another connection has come in place of this one. */
  void replaced() {
    drop();
    closeAfterWrites();
  }

  private void drop() {
    if (message != null) {
      message.release();
      message = null;
    }
  }

  private void take(Frame frame, int weight) {
    try {
      if (lane.isCurrent(this)) {
        take(frame);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    long taken = takenWeight.addAndGet(weight);
    if (pending.decrementAndGet() == ENOUGH / 2) {
      channel().config().setAutoRead(true);
    }
    if (taken - ackedWeight >= node.settings().limits().windowBytes() / 4) {
      acknowledge();
    } else if (!ackPlanned) {
      ackPlanned = true;
      node.after(ACK_MILLIS, () -> lane.post(this::acknowledge));
    }
  }

  private void acknowledge() {
    ackPlanned = false;
    if (lane.isCurrent(this)) {
      ackedWeight = takenWeight.get();
      send(FrameType.ACK, new LaneFormat.Ack(lane.last(), ackedWeight).toBytes());
    }
  }

  private void take(Frame frame) {
    if (frame.type() == FrameType.SKIP) {
      long number = LaneFormat.skipped(frame.body());
      lane.checkNext(number);
      drop();
      lane.came(number);
      return;
    }
    if (message == null) {
      message = new IncomingMessage(lanes.intake(), node.settings().limits().maxMessageBytes());
    }
    boolean whole = message.take(frame);
    if (message.head() != null) {
      lane.checkNext(message.head().number());
    }
    if (whole) {
      IncomingMessage complete = message;
      message = null;
      deliver(complete);
    }
  }

  private void deliver(IncomingMessage complete) {
    Head head = complete.head();
    try {
      List<Block> blocks = complete.blocks();
      ClassLoader loader = node.world().loaders().apply(head.jobId());
      Object decoded = node.codec().decode(head.message(), blocks, loader);
      if (!(decoded instanceof Message received) || !received.jobId().equals(head.jobId())) {
        throw new MalformedException(decoded.getClass().getName() + " is nothing for a lane");
      }
      lane.came(head.number());
      if (!lane.hand(lanes.receivers(), received)) {
        complete.release();
      }
    } catch (IOException | UnreadableException e) {
      complete.release();
      lane.came(head.number());
      lanes.unreadable(lane, head.jobId(), e);
    } catch (RuntimeException | Error e) {
      complete.release();
      throw e;
    }
  }
}
