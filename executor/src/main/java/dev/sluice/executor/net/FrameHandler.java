package dev.sluice.executor.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last in the pipeline of one connection. Whatever goes wrong closes this connection, with one
 * line in the log, and nothing else.
 */
abstract class FrameHandler extends SimpleChannelInboundHandler<Frame> {
  private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);

  private boolean failed;

  /** Who is at the other end, as far as is known. */
  abstract String who();

  /** The connection is going to be closed for this reason. In the event loop, at most once. */
  abstract void failing(Throwable cause);

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
    if (failed) {
      return;
    }
    failed = true;
    Throwable cause =
        thrown instanceof DecoderException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    String line = "closing the connection with {} at {}: {}";
    String remote = String.valueOf(context.channel().remoteAddress());
    if (cause instanceof NotSslRecordException) {
      LOG.warn(line, who(), remote, "it does not speak TLS, which is required here");
    } else if (cause instanceof MalformedException || cause instanceof SSLException) {
      LOG.warn(line, who(), remote, cause.getMessage());
    } else if (cause instanceof IOException) {
      LOG.debug(line, who(), remote, cause.toString());
    } else {
      LOG.error(line, who(), remote, cause.toString(), cause);
    }
    failing(cause);
    var unused = context.close();
  }
}
