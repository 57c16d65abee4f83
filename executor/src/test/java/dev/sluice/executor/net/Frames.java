package dev.sluice.executor.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.List;

/** Frames as bytes. */
final class Frames {
  private Frames() {}

  static byte[] frame(FrameType type, boolean more, byte[] body) {
    return frame(type, more, false, body);
  }

  static byte[] frame(FrameType type, boolean more, boolean pack, byte[] body) {
    ByteBuf frame =
        FrameFormat.frame(
            UnpooledByteBufAllocator.DEFAULT, type, more, pack, List.of(ByteBuffer.wrap(body)));
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    frame.release();
    return bytes;
  }
}
