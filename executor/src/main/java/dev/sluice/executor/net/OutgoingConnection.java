package dev.sluice.executor.net;

import java.nio.ByteBuffer;
import java.util.List;

/** The sending end of one connection of a lane: all that happens is passed on to the lane. */
final class OutgoingConnection extends Endpoint {
  private final OutgoingLane lane;
  private final LaneFormat.Open open;

  OutgoingConnection(OutgoingLane lane, LaneFormat.Open open) {
    this.lane = lane;
    this.open = open;
  }

  @Override
  void opened() {
    var unused =
        channel()
            .writeAndFlush(
                frame(FrameType.LANE_OPEN, false, false, List.of(ByteBuffer.wrap(open.toBytes()))));
  }

  @Override
  void arrived(Frame frame) {
    if (frame.type() == FrameType.LANE_STATE) {
      LaneFormat.State state = LaneFormat.State.parse(frame.body());
      lane.post(() -> lane.opened(this, state));
    } else if (frame.type() == FrameType.ACK) {
      LaneFormat.Ack ack = LaneFormat.Ack.parse(frame.body());
      lane.post(() -> lane.acknowledged(this, ack));
    } else {
      throw new MalformedException("a frame " + frame.type() + " for who sends");
    }
  }

  @Override
  void closed(String reason) {
    lane.post(() -> lane.lost(this, reason));
  }
}
