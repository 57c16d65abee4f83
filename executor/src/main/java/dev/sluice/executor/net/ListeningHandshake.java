package dev.sluice.executor.net;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end that listens. */
final class ListeningHandshake extends Handshake {
  private static final Logger LOG = LoggerFactory.getLogger(ListeningHandshake.class);

  private final Supplier<Peer> self;
  private final Function<Hello, Endpoint> endpoints;
  private final Runnable ended;
  private byte[] helloBytes;
  private Hello hello;
  private byte[] challenge;

  /**
   * Begins to listen.
   *
   * @param self as what this end takes part
   * @param endpoints makes the endpoint for who has proved to belong here
   * @param ended is told when the handshake is over
   */
  ListeningHandshake(
      HandshakeSettings settings,
      Supplier<Peer> self,
      Function<Hello, Endpoint> endpoints,
      Runnable ended) {
    super(settings);
    this.self = self;
    this.endpoints = endpoints;
    this.ended = ended;
  }

  @Override
  String who() {
    return hello == null ? "somebody" : "who says to be " + hello.peer();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Frame frame) {
    if (isOver()) {
      return;
    }
    try {
      if (frame.type() == FrameType.HELLO && hello == null) {
        greeted(context, frame.body());
      } else if (frame.type() == FrameType.PROOF && hello != null) {
        proved(context, frame.body());
      } else {
        throw unexpected(frame);
      }
    } catch (RefusedException e) {
      refuse(context, e);
    }
  }

  private void greeted(ChannelHandlerContext context, byte[] body) throws RefusedException {
    settings.checkProtocol(Hello.protocolOf(body), "the listener", "this process");
    Hello parsed = Hello.parse(body);
    settings.checkFormats(parsed.formats(), "the listener", "this process");
    boolean expected = settings.secret().isThere();
    if (expected && !parsed.secret()) {
      throw new RefusedException(
          Refusal.SECRET_MISSING,
          "the cluster has a shared secret, and this process none: give it the secret of the"
              + " cluster");
    }
    if (!expected && parsed.secret()) {
      throw new RefusedException(
          Refusal.SECRET_UNEXPECTED,
          "this process has a shared secret, and the listener none: give all processes of the"
              + " cluster the same secret, or none of them");
    }
    hello = parsed;
    helloBytes = body;
    challenge = settings.hello(parsed.purpose(), self.get()).toBytes();
    send(context, FrameType.CHALLENGE, challenge);
  }

  private void proved(ChannelHandlerContext context, byte[] proof) throws RefusedException {
    if (!settings.secret().isProof(proof, CONNECTING, helloBytes, challenge)) {
      throw new RefusedException(
          Refusal.SECRET_WRONG,
          "the shared secret of this process is not that of the cluster: give all processes the"
              + " same one");
    }
    Endpoint endpoint = endpoints.apply(hello);
    send(context, FrameType.WELCOME, settings.secret().proof(LISTENING, helloBytes, challenge));
    ended.run();
    succeed(context, endpoint, hello.peer());
  }

  private void refuse(ChannelHandlerContext context, RefusedException refused) {
    LOG.warn(
        "refusing the connection with {} at {}: {}",
        who(),
        context.channel().remoteAddress(),
        refused.getMessage());
    failing(refused);
    context
        .writeAndFlush(
            FrameFormat.frame(
                context.alloc(),
                FrameType.REFUSED,
                false,
                false,
                List.of(ByteBuffer.wrap(refusal(refused)))))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  void failed(IOException cause) {
    ended.run();
  }
}
