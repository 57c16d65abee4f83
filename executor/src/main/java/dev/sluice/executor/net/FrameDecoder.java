package dev.sluice.executor.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * Cuts bytes into frames and checks them (drawn at {@link FrameFormat}). Throws {@link
 * MalformedException} for anything else; whoever comes next in the pipeline closes the connection
 * then. Holds no more than has come, and that is never more than one frame of the largest size and
 * what one read brings.
 */
final class FrameDecoder extends ByteToMessageDecoder {
  /** Enough for every frame of the handshake. */
  private static final int BEFORE_HANDSHAKE = 4 << 10;

  private final NetLimits limits;
  private int maxBytes = BEFORE_HANDSHAKE;
  private boolean broken;

  /** Frames that came whole. */
  private long whole;

  private boolean watched;

  FrameDecoder(NetLimits limits) {
    this.limits = limits;
  }

  /** From now on frames may be as long as the limits allow. In the event loop. */
  void trust() {
    maxBytes = limits.maxFrameBytes();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      Frame frame = next(in);
      if (frame != null) {
        whole++;
        out.add(frame);
      } else if (in.isReadable()) {
        watch(context);
      }
    } catch (RuntimeException e) {
      broken = true;
      in.skipBytes(in.readableBytes());
      throw e;
    }
  }

  private Frame next(ByteBuf in) {
    int start = in.readerIndex();
    if (in.readableBytes() >= Short.BYTES && in.getUnsignedShort(start) != FrameFormat.MAGIC) {
      throw new MalformedException("this is not Sluice's protocol");
    }
    if (in.readableBytes() < FrameFormat.HEADER) {
      return null;
    }
    FrameType type = FrameType.of(in.getUnsignedByte(start + 2));
    if (type == null) {
      throw new MalformedException("a frame of unknown type " + in.getUnsignedByte(start + 2));
    }
    int flags = in.getUnsignedByte(start + 3);
    int length = in.getInt(start + 4);
    if (length < 0 || length > maxBytes) {
      throw new MalformedException(
          "a frame of " + (length & 0xffffffffL) + " bytes, where " + maxBytes + " are allowed");
    }
    if ((flags & ~(FrameFormat.MORE | FrameFormat.PACKED)) != 0) {
      throw new MalformedException("a frame with unknown flags " + flags);
    }
    if (in.readableBytes() - FrameFormat.HEADER < length) {
      return null;
    }
    check(in, start, length);
    in.skipBytes(FrameFormat.HEADER);
    ByteBuf body = in.readSlice(length);
    byte[] bytes;
    if ((flags & FrameFormat.PACKED) != 0) {
      bytes = FrameFormat.unpacked(body, maxBytes);
    } else {
      bytes = new byte[length];
      body.readBytes(bytes);
    }
    return new Frame(type, (flags & FrameFormat.MORE) != 0, bytes);
  }

  private static void check(ByteBuf in, int start, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(in.getUnsignedByte(start + 2));
    checksum.update(in.getUnsignedByte(start + 3));
    if (length > 0) {
      checksum.update(in.nioBuffer(start + FrameFormat.HEADER, length));
    }
    if ((int) checksum.getValue() != in.getInt(start + 8)) {
      throw new MalformedException("a frame whose checksum does not match");
    }
  }

  /** Whoever begins a frame has to end it. */
  private void watch(ChannelHandlerContext context) {
    if (watched) {
      return;
    }
    watched = true;
    long before = whole;
    var unused =
        context
            .executor()
            .schedule(() -> look(context, before), limits.frameMillis(), TimeUnit.MILLISECONDS);
  }

  private void look(ChannelHandlerContext context, long before) {
    watched = false;
    if (broken || context.isRemoved() || actualReadableBytes() == 0) {
      return;
    }
    if (whole > before) {
      watch(context);
      return;
    }
    broken = true;
    context.fireExceptionCaught(
        new MalformedException(
            "a frame did not come to its end in " + limits.frameMillis() + " ms"));
  }
}
