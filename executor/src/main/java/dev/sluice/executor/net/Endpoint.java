package dev.sluice.executor.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One end of a connection that is through its handshake. The abstract methods are called in the
 * event loop of the connection: {@link #opened} first, {@link #closed} last and once.
 */
abstract class Endpoint extends FrameHandler {
  private volatile Channel channel;
  private volatile Peer peer;
  private String why = "the connection was closed by the other end";
  private boolean closed;

  /** The first call. */
  final void begin(Channel of, Peer with) {
    peer = with;
    channel = of;
    opened();
  }

  /** Whether the handshake was a success. */
  final boolean hasBegun() {
    return channel != null;
  }

  /** Who is at the other end. */
  public final Peer peer() {
    return peer;
  }

  final Channel channel() {
    return channel;
  }

  public final String remote() {
    return String.valueOf(channel.remoteAddress());
  }

  abstract void opened();

  abstract void arrived(Frame frame);

  abstract void closed(String reason);

  /** A frame of this connection. Any thread. */
  final ByteBuf frame(FrameType type, boolean more, boolean pack, List<ByteBuffer> parts) {
    return FrameFormat.frame(channel.alloc(), type, more, pack, parts);
  }

  /** Closes in good order, once what was written before is sent. Any thread. */
  final void closeAfterWrites() {
    ChannelFuture last = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    var unused = last.addListener(written -> why = "the connection was closed by this end");
    unused = last.addListener(ChannelFutureListener.CLOSE);
  }

  /** Closes for a reason. Any thread. */
  final void fail(Throwable cause) {
    channel.eventLoop().execute(() -> channel.pipeline().fireExceptionCaught(cause));
  }

  @Override
  final String who() {
    return String.valueOf(peer);
  }

  @Override
  final void failing(Throwable cause) {
    why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  @Override
  protected final void channelRead0(ChannelHandlerContext context, Frame frame) {
    arrived(frame);
  }

  @Override
  public final void channelInactive(ChannelHandlerContext context) {
    if (!closed) {
      closed = true;
      closed(why);
    }
  }
}
