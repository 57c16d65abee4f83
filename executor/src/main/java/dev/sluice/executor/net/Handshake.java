package dev.sluice.executor.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The first frames of a connection. Nothing but these is read before both ends have proved that
 * they know the secret.
 *
 * <pre>
 *   who connects                          who listens
 *       HELLO  ─────────────────────────────▶  versions? secret there?
 *       versions?  ◀─────────────────────────  CHALLENGE
 *       PROOF  ─────────────────────────────▶  right?
 *       right?  ◀────────────────────────────  WELCOME
 * </pre>
 *
 * In place of CHALLENGE and WELCOME may come REFUSED, which says why.
 */
abstract class Handshake extends FrameHandler {
  static final String CONNECTING = "who connects";
  static final String LISTENING = "who listens";

  final HandshakeSettings settings;
  private boolean over;

  Handshake(HandshakeSettings settings) {
    this.settings = settings;
  }

  /** Nothing came of it. In the event loop, at most once. */
  abstract void failed(IOException cause);

  @Override
  public void channelActive(ChannelHandlerContext context) {
    int millis = settings.limits().handshakeMillis();
    var unused =
        context.executor().schedule(() -> late(context, millis), millis, TimeUnit.MILLISECONDS);
  }

  private void late(ChannelHandlerContext context, int millis) {
    if (!over) {
      exceptionCaught(context, new MalformedException("no handshake within " + millis + " ms"));
    }
  }

  final boolean isOver() {
    return over;
  }

  @Override
  final void failing(Throwable cause) {
    end(cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end(
        new IOException(
            "the connection was closed during the handshake: does "
                + context.channel().remoteAddress()
                + " belong to Sluice, and do both ends use TLS or neither?"));
  }

  private void end(IOException cause) {
    if (!over) {
      over = true;
      failed(cause);
    }
  }

  /** Success: from now on the connection is this endpoint's. */
  final void succeed(ChannelHandlerContext context, Endpoint endpoint, Peer peer) {
    over = true;
    Channel channel = context.channel();
    channel.pipeline().get(FrameDecoder.class).trust();
    context.pipeline().replace(this, "endpoint", endpoint);
    endpoint.begin(channel, peer);
  }

  static void send(ChannelHandlerContext context, FrameType type, byte[] body) {
    var unused =
        context.writeAndFlush(
            FrameFormat.frame(context.alloc(), type, false, false, List.of(ByteBuffer.wrap(body))));
  }

  static MalformedException unexpected(Frame frame) {
    return new MalformedException("a frame " + frame.type() + " in the middle of the handshake");
  }

  static byte[] refusal(RefusedException refused) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(refused.refusal().ordinal());
      out.writeUTF(refused.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static RefusedException refused(byte[] body) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      int place = in.readUnsignedByte();
      String message = in.readUTF();
      if (place >= Refusal.values().length) {
        throw new MalformedException("a refusal of unknown kind " + place);
      }
      return new RefusedException(Refusal.values()[place], message);
    } catch (IOException e) {
      throw new MalformedException("a malformed refusal", e);
    }
  }
}
