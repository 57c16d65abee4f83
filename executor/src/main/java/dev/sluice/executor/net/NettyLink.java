package dev.sluice.executor.net;

import dev.sluice.executor.transport.control.Control;
import io.netty.buffer.CompositeByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A link over a connection. What arrives is decoded and handed over by a thread that may wait. */
final class NettyLink extends Endpoint implements Link {
  /** From so many bytes on that have come and are not handed over, nothing more is read. */
  private static final long ENOUGH = 4 << 20;

  private final NetNode node;
  private final LinkAcceptor acceptor;
  private final SerialExecutor worker;
  private final long maxBytes;

  /** Bytes of frames that have come and are not handed over. */
  private final AtomicLong arrived = new AtomicLong();

  /** Bytes given to be sent and not written. */
  private final AtomicLong leaving = new AtomicLong();

  private volatile boolean open;

  /** The parts of a message, in the event loop. */
  private ByteArrayOutputStream parts = new ByteArrayOutputStream(0);

  /** Belongs to the worker; null if nobody takes what comes. */
  private LinkHandler handler;

  NettyLink(NetNode node, LinkAcceptor acceptor) {
    this.node = node;
    this.acceptor = acceptor;
    this.worker = new SerialExecutor(node.pool());
    this.maxBytes = Math.min(Integer.MAX_VALUE - 64, node.settings().limits().maxMessageBytes());
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  // the event loop

  @Override
  void opened() {
    open = true;
    worker.execute(this::meet);
  }

  @Override
  void arrived(Frame frame) {
    if (frame.type() != FrameType.LINK_MESSAGE) {
      throw new MalformedException("a frame " + frame.type() + " on a link");
    }
    byte[] message = frame.body();
    if (frame.more() || parts.size() > 0) {
      if (parts.size() + (long) message.length > maxBytes) {
        throw new MalformedException("a message of more than " + maxBytes + " bytes");
      }
      parts.writeBytes(message);
      if (frame.more()) {
        return;
      }
      message = parts.toByteArray();
      parts = new ByteArrayOutputStream(0);
    }
    byte[] whole = message;
    if (arrived.addAndGet(whole.length) > ENOUGH) {
      channel().config().setAutoRead(false);
      readOn(); // if all has been handed over in between
    }
    worker.execute(() -> hand(whole));
  }

  @Override
  void closed(String reason) {
    open = false;
    worker.execute(
        () -> {
          if (handler != null) {
            handler.closed(this, reason);
          }
          handler = null;
        });
  }

  // the worker

  private void meet() {
    try {
      handler = acceptor.accept(this);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void hand(byte[] bytes) {
    try {
      if (handler != null) {
        handler.message(this, read(bytes));
      }
    } catch (UnreadableException | RuntimeException | Error e) {
      handler = closing(e);
    } finally {
      arrived.addAndGet(-bytes.length);
      readOn();
    }
  }

  private void readOn() {
    if (arrived.get() <= ENOUGH / 2) {
      channel().config().setAutoRead(true);
    }
  }

  private Control read(byte[] bytes) throws UnreadableException {
    Object message = node.codec().decode(bytes, List.of(), NettyLink.class.getClassLoader());
    if (message instanceof Control control) {
      return control;
    }
    throw new MalformedException(message.getClass().getName() + " is nothing for a link");
  }

  /** Its handler hears only of the end any more. */
  private LinkHandler closing(Throwable cause) {
    LinkHandler last = handler;
    fail(cause);
    return last == null ? null : new Deaf(last);
  }

  // any thread

  @Override
  public void send(Control message) {
    byte[] bytes = node.codec().encode(message).head();
    if (bytes.length > maxBytes) {
      throw new IllegalArgumentException(
          message.getClass().getName()
              + " has "
              + bytes.length
              + " bytes; "
              + maxBytes
              + " may be");
    }
    if (!open) {
      return;
    }
    if (leaving.addAndGet(bytes.length) > maxBytes) {
      fail(new MalformedException("the other end takes less than is to be sent"));
      return;
    }
    var unused =
        channel()
            .writeAndFlush(frames(bytes))
            .addListener(written -> leaving.addAndGet(-bytes.length));
  }

  /** All frames of a message at once, so that no other gets between. */
  private CompositeByteBuf frames(byte[] bytes) {
    boolean pack = node.settings().compress();
    CompositeByteBuf frames = channel().alloc().compositeBuffer(2 + bytes.length / FrameFormat.CUT);
    int position = 0;
    do {
      int length = Math.min(FrameFormat.CUT, bytes.length - position);
      boolean more = position + length < bytes.length;
      frames.addComponent(
          true,
          frame(
              FrameType.LINK_MESSAGE,
              more,
              pack,
              List.of(ByteBuffer.wrap(bytes, position, length))));
      position += length;
    } while (position < bytes.length);
    return frames;
  }

  @Override
  public void close() {
    open = false;
    closeAfterWrites();
  }

  @Override
  public String toString() {
    return "link with " + peer() + " at " + remote();
  }

  /** What comes after a failure is not handed over. */
  private record Deaf(LinkHandler handler) implements LinkHandler {
    @Override
    public void message(Link link, Control message) {}

    @Override
    public void closed(Link link, String why) {
      handler.closed(link, why);
    }
  }
}
