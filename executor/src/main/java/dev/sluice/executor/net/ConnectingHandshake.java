package dev.sluice.executor.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The end that connects. */
final class ConnectingHandshake extends Handshake {
  private final Hello hello;
  private final byte[] helloBytes;
  private final Endpoint endpoint;
  private final CompletableFuture<Endpoint> result;
  private final boolean tls;
  private Hello other;
  private byte[] challenge;

  ConnectingHandshake(
      HandshakeSettings settings,
      Hello hello,
      Endpoint endpoint,
      boolean tls,
      CompletableFuture<Endpoint> result) {
    super(settings);
    this.hello = hello;
    this.helloBytes = hello.toBytes();
    this.endpoint = endpoint;
    this.tls = tls;
    this.result = result;
  }

  @Override
  String who() {
    return "a listener";
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    super.channelActive(context);
    if (!tls) {
      send(context, FrameType.HELLO, helloBytes);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion && completion.isSuccess()) {
      send(context, FrameType.HELLO, helloBytes);
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Frame frame) throws IOException {
    if (isOver()) {
      return;
    }
    if (frame.type() == FrameType.REFUSED) {
      throw refused(frame.body());
    }
    if (frame.type() == FrameType.CHALLENGE && challenge == null) {
      challenged(context, frame.body());
    } else if (frame.type() == FrameType.WELCOME && challenge != null) {
      welcomed(context, frame.body());
    } else {
      throw unexpected(frame);
    }
  }

  private void challenged(ChannelHandlerContext context, byte[] body) throws IOException {
    settings.checkProtocol(Hello.protocolOf(body), "this process", "the listener");
    other = Hello.parse(body);
    settings.checkFormats(other.formats(), "this process", "the listener");
    challenge = body;
    send(context, FrameType.PROOF, settings.secret().proof(CONNECTING, helloBytes, challenge));
  }

  private void welcomed(ChannelHandlerContext context, byte[] body) throws IOException {
    if (!settings.secret().isProof(body, LISTENING, helloBytes, challenge)) {
      throw new RefusedException(
          Refusal.SECRET_WRONG,
          "the listener does not know the secret of this process: it is not of this cluster");
    }
    succeed(context, endpoint, other.peer());
    result.complete(endpoint);
  }

  @Override
  void failed(IOException cause) {
    result.completeExceptionally(cause);
  }

  @Override
  public String toString() {
    return "handshake of " + hello.peer();
  }
}
